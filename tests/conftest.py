"""What every test shares: the Hypothesis profiles."""

from hypothesis import HealthCheck, settings

# The same examples every time, and no deadline: a slow machine is no failure.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# Many examples, others each time; what fails is kept in .hypothesis and tried first next time.
settings.register_profile("soak", settings.get_profile("ci"), derandomize=False, max_examples=2_000)
settings.load_profile("ci")
