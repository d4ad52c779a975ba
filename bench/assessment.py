"""What the assessment says of every real set, read by the real intake: `python bench/assessment.py [-v] [-l] [SET…]`.

`-l` analyses the label, too; without it, cells that need a checked model show its absence. `-v` prints sentences.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from jejo.accounts.domain import LOCAL_OWNER
from jejo.ai.domain.drivers import LabelReport
from jejo.ai.service.drivers import DriverService
from jejo.assessment.domain import State
from jejo.assessment.service import AssessmentService
from jejo.intake.domain.table import Role, Table
from jejo.intake.service import IntakeService, Limits
from jejo.intake.storage import FolderOriginals
from jejo.kernel.errors import Problem
from jejo.kernel.texts import texts
from jejo.knowledge.service import KnowledgeService

DATA = Path(os.environ.get("JEJO_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
SETS = {
    "ai4i2020": ["ai4i2020/ai4i2020"],
    "cmapss": ["cmapss/train_FD001"],
    "cwru_bearing": ["cwru_bearing/records"],
    "gas_sensors": ["gas_sensors_airquality/air_quality"],
    "hydraulic": ["hydraulic/cycles_1hz"],
    "ihm_accidents": ["ihm_accidents/accidents"],
    "injection_lens": ["injection_lens_quality/lenses"],
    "injection_mes": [
        f"injection_mes_erp/{name}"
        for name in ("itemCompositionSummary", "moldInfo", "productRecords", "purchaseOrders", "machineInfo")
    ],
    "kamp_cnc": ["kamp_cnc_milling/experiments_01_12"],
    "kamp_diecasting": ["kamp_diecasting/diecasting"],
    "kamp_melting": ["kamp_melting_tank/melting_tank"],
    "kamp_pasteurizer": ["kamp_pasteurizer/pasteurizer_30min"],
    "nab": ["nab/nab"],
    "petrobras": ["petrobras_process/process"],
    "event_log": ["production_event_log/production_log"],
    "secom": ["secom/train_1175_lasso_features"],
    "skab_valve1": ["skab/valve1"],
    "skab_free": ["skab/anomaly_free"],
    "steel_energy": ["steel_energy_kr/steel_energy"],
    "steel_plates": ["steel_plates_faults/steel_plates_faults"],
    "tep": ["tep/test"],
}
CRITERIA = "완전 유효 정확 일관 유용 접근"


def analysed(tables: Sequence[Table]) -> LabelReport | None:
    """Return what the first label of the largest labelled table says."""
    labelled = [table for table in tables if table.named(Role.LABEL)]
    if not labelled:
        return None
    table = max(labelled, key=lambda each: each.frame.height)
    label, *siblings = table.named(Role.LABEL)
    features = (*table.named(Role.SIGNAL), *table.named(Role.CATEGORY))
    return DriverService().analyse(
        table.frame, label, features, time=table.time, groups=table.groups, siblings=siblings
    )


def main(arguments: list[str]) -> None:
    verbose = "-v" in arguments
    chosen = [name for name in arguments if not name.startswith("-")] or list(SETS)
    knowledge, say = KnowledgeService(), texts("ko")
    assessment = AssessmentService(knowledge)
    print(f"| set | rows | score | {CRITERIA} | ready | nearly | process | s |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        intake = IntakeService(knowledge, FolderOriginals(Path(folder).as_uri()), Limits())
        for name in chosen:
            try:
                read = [
                    each
                    for path in SETS[name]
                    for each in intake.read(DATA / f"{path}.parquet", scope=LOCAL_OWNER)
                ]
            except Problem as problem:
                print(f"| {name} | refused: {problem.code} {problem.facts} |")
                continue
            tables = [table for each in read for table in each.tables]
            started = time.perf_counter()
            qualities = [
                assessment.quality(table, each.source, [other for other in each.tables if other is not table])
                for each in read
                for table in each.tables
            ]
            label = analysed(tables) if "-l" in arguments else None
            readiness = assessment.readiness(tables, label, None)
            match = assessment.process_model(tables)
            actions = assessment.next_actions(tables, qualities, readiness, label, None)
            seconds = time.perf_counter() - started
            largest = max(range(len(tables)), key=lambda place: tables[place].frame.height)
            criteria = " ".join(
                "–" if each is None else f"{each:.0f}" for each in qualities[largest].criteria.values()
            )
            ready, nearly = (
                ", ".join(f"{each.cell} {each.route}" for each in readiness if each.state is state) or "–"
                for state in (State.READY, State.NEARLY)
            )
            process = f"{match.id} {match.confidence:.2f}" if match else "–"
            rows = sum(table.frame.height for table in tables)
            score = qualities[largest].score
            print(
                f"| {name} | {rows:,} | {score} | {criteria} | {ready} | {nearly} | {process} | {seconds:.2f} |"
            )
            if not verbose:
                continue
            for issue in qualities[largest].issues[:8]:
                print(
                    "   ", issue.severity, say.text(f"assessment.issues.{issue.code}.message", **issue.facts)
                )
            for each in readiness:
                if each.state is State.NEARLY:
                    missing = [
                        say.text(f"assessment.missing.{lack.code}", **lack.facts) for lack in each.missing
                    ]
                    print("    ", each.cell, each.route, missing)
            print("     evidence:", match.evidence if match else ())
            for number, action in enumerate(actions, 1):
                print(f"     {number}.", say.text(f"assessment.actions.{action.code}", **action.facts))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
