"""What the label analysis says about real factory files."""

import polars as pl
import pytest

from jejo.ai.domain.drivers import LabelReport, Task
from jejo.ai.service.drivers import DriverService, choose_label
from real_data import real_data

pytestmark = pytest.mark.realdata


def analysed(
    file: str, labels: tuple[str, ...], time: str | None = None, groups: tuple[str, ...] = ()
) -> LabelReport:
    frame = pl.read_parquet(real_data(file)).with_columns(pl.selectors.numeric().cast(pl.Float64))
    choice = choose_label(frame, [(name, 0.8) for name in labels])
    assert choice is not None
    features = [name for name in frame.columns if name not in (choice.column, time)]
    return DriverService().analyse(
        frame, choice.column, features, time=time, groups=groups, siblings=choice.siblings
    )


def reasons(report: LabelReport) -> dict[str, str]:
    return {leak.column: leak.why for leak in report.leaks}


@pytest.mark.slow
@pytest.mark.parametrize("groups", [("mold_code",), ()])
def test_die_casting_is_judged_on_production_shots_in_time_order(groups: tuple[str, ...]) -> None:
    report = analysed("kamp_diecasting/diecasting.parquet", ("passorfail",), "datetime", groups)
    assert (report.column, report.positive, report.validation) == ("passorfail", "1", "time")
    assert reasons(report)["tryshot_signal"] == "value-rows"
    assert set(reasons(report)) == {"tryshot_signal", "working"}
    assert (report.rows, report.rows_without_leaks) == (72041, 70802)
    assert report.metrics_without_leaks["pr_auc"].low >= 0.75
    # The last weeks are harder: another regime with a fifth of the usual defect rate.
    assert report.metrics_forward["pr_auc"].value >= 0.65
    assert report.base_rate_forward == pytest.approx(0.0083, abs=0.0003)
    first = report.drivers[0]
    assert first.columns[0] == "cast_pressure"
    assert first.direction == "lower"
    assert first.rate_inside > 10 * first.rate_outside


def test_failure_modes_are_leaks_of_the_failure() -> None:
    report = analysed("ai4i2020/ai4i2020.parquet", ("Machine_failure", "TWF", "HDF", "PWF", "OSF", "RNF"))
    assert report.column == "Machine_failure"
    assert set(reasons(report)) == {"TWF", "HDF", "PWF", "OSF", "RNF"}
    assert report.rows_without_leaks is None
    assert report.metrics_without_leaks["pr_auc"].value >= 0.8
    assert any("×" in driver.name for driver in report.drivers)


def test_failure_modes_are_leaks_even_when_nobody_called_them_labels() -> None:
    report = analysed("ai4i2020/ai4i2020.parquet", ("Machine_failure",))
    assert set(reasons(report)) == {"TWF", "HDF", "PWF", "OSF", "RNF"}


def test_rows_of_one_milling_experiment_stay_together() -> None:
    report = analysed("kamp_cnc_milling/experiments_01_12.parquet", ("INSPECT",))
    assert (report.positive, report.validation, report.group) == ("FAIL", "group", "No")
    # Twelve experiments cannot carry the 99 % that random rows would show.
    assert report.no_skill


def test_one_fault_of_steel_plates_has_its_sisters_left_out() -> None:
    names = [f"{name}_Fault" for name in ("Pastry", "Z_Scratch", "K_Scatch", "Stains", "Dirtiness", "Bumps")]
    report = analysed("steel_plates_faults/steel_plates_faults.parquet", (*names, "Other_Faults"))
    assert report.column == "Bumps_Fault"
    assert set(reasons(report).values()) == {"sibling"}
    assert report.metrics_without_leaks["pr_auc"].value == pytest.approx(0.75, abs=0.05)


def test_energy_measured_at_the_same_instant_is_named() -> None:
    report = analysed("steel_energy_kr/steel_energy.parquet", ("Usage_kWh",), "date")
    found = reasons(report)
    assert report.task is Task.REGRESSION
    assert found["CO2(tCO2)"] == "rounded"
    assert found["Lagging_Current_Reactive.Power_kVarh"] == "together"
    assert report.metrics_without_leaks["r2"].value < report.metrics["r2"].value


def test_counts_that_add_up_to_the_defects_are_named() -> None:
    defects = (
        "itemBlackSpot",
        "itemOilDeposit",
        "itemScratch",
        "itemCrack",
        "itemSinkMark",
        "itemShort",
        "otherNG",
    )
    report = analysed("injection_mes_erp/productRecords.parquet", defects, "recordDate")
    assert reasons(report)["itemGoodQuantity"] == "parts"
    assert reasons(report)["itemTotalQuantity"] == "parts"


def test_a_label_with_one_value_says_so() -> None:
    report = analysed("kamp_melting_tank/melting_tank.parquet", ("TAG",), "STD_DT")
    assert (report.not_computable, report.not_computable_facts) == ("one-value", {"value": "OK"})
