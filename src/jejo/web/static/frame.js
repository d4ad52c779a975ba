// Theme and text size: kept in a cookie, so that the server draws the next page right at once.
const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
const keep = (name, value) => { document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax`; };

function label() {
  for (const button of document.querySelectorAll('[data-toggle-theme]')) {
    button.setAttribute('aria-label', isDark() ? button.dataset.toLight : button.dataset.toDark);
    const use = button.querySelector('use');
    use.setAttribute('href', use.getAttribute('href').replace(/#.*/, isDark() ? '#sun' : '#moon'));
  }
}

document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest('[data-toggle-theme]')) {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    keep('theme', root.dataset.theme);
    label();
    document.dispatchEvent(new Event('jejo:look'));
  }
  const sized = event.target.closest('[data-set-size]');
  if (sized) {
    if (sized.dataset.setSize) root.dataset.size = sized.dataset.setSize; else delete root.dataset.size;
    keep('size', sized.dataset.setSize);
    for (const each of document.querySelectorAll('[data-set-size]')) each.setAttribute('aria-pressed', String(each === sized));
    document.dispatchEvent(new Event('jejo:look'));
  }
});
system.addEventListener('change', () => { label(); document.dispatchEvent(new Event('jejo:look')); });
label();
