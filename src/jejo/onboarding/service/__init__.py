"""From a dropped file to a kept report."""

from jejo.onboarding.service.diagnosing import DiagnosisService
from jejo.onboarding.service.onboarding import OnboardingService
from jejo.onboarding.service.reports import ReportService, ReportStore

__all__ = ["DiagnosisService", "OnboardingService", "ReportService", "ReportStore"]
