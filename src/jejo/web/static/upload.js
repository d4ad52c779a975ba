// Sends files with progress. Without this script the form still posts them.
document.documentElement.classList.add('js');
const form = document.querySelector('[data-upload]');
const find = (name) => form.querySelector(`[data-${name}]`);
const input = form.querySelector('input[type=file]');
const drop = find('drop');
let sending = null;

function trouble(what, hint = '') {
  find('trouble').hidden = !what;
  find('trouble-what').textContent = what;
  find('trouble-hint').textContent = hint;
}

function idle() {
  sending = null;
  drop.hidden = false;
  find('sending').hidden = true;
  find('send').hidden = true;
  input.value = '';
}

function show(share) {
  find('sending-bar').value = share;
  find('sending-share').textContent = `${Math.floor(share)}%`;
}

function send() {
  const files = [...input.files];
  if (!files.length || sending) return;
  trouble('');
  if (files.some((file) => file.size > form.dataset.limitMb * 1e6)) {
    trouble(form.dataset.tooLarge);
    idle();
    return;
  }
  const request = new XMLHttpRequest();
  sending = request;
  drop.hidden = true;
  find('send').hidden = true;
  find('sending').hidden = false;
  find('sending-name').textContent = files.map((file) => file.name).join(', ');
  show(0);
  request.upload.addEventListener('progress', (event) => { if (event.lengthComputable) show((event.loaded / event.total) * 100); });
  request.addEventListener('load', () => {
    if (request.status < 400) { location.assign(request.responseURL); return; }
    let problem = {};
    try { problem = JSON.parse(request.responseText); } catch { /* an answer that is no problem document: the plain words below */ }
    trouble(problem.detail || form.dataset.lost, problem.hint);
    idle();
  });
  request.addEventListener('error', () => { trouble(form.dataset.lost); idle(); });
  request.addEventListener('abort', idle);
  request.open('POST', form.action);
  request.setRequestHeader('Accept', 'application/json');
  request.send(new FormData(form));
}

form.addEventListener('submit', (event) => { event.preventDefault(); if (input.files.length) send(); else input.click(); });
// The button stays for whoever fills in the fields after choosing; choosing alone is enough to start.
input.addEventListener('change', send);
find('stop').addEventListener('click', () => sending?.abort());
// Enter that only ends a Korean syllable must not send the form.
form.addEventListener('keydown', (event) => { if (event.key === 'Enter' && event.isComposing) event.preventDefault(); });

let inside = 0;
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
document.addEventListener('dragenter', (event) => { if (hasFiles(event)) { inside += 1; drop.classList.add('over'); } });
document.addEventListener('dragleave', (event) => { if (hasFiles(event)) { inside -= 1; if (inside <= 0) drop.classList.remove('over'); } });
document.addEventListener('dragover', (event) => { if (hasFiles(event)) event.preventDefault(); });
document.addEventListener('drop', (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  inside = 0;
  drop.classList.remove('over');
  input.files = event.dataTransfer.files;
  send();
});
idle();
addEventListener('pageshow', (event) => { if (event.persisted) idle(); });
