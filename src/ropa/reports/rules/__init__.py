"""The rules of a check, by what they look at; `ropa.reports.findings` names them all."""
