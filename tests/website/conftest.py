"""The browser of the journeys, for the pages that everybody sees."""

from tests.journeys import conftest

browser_type_launch_args = conftest.browser_type_launch_args
visitor = conftest.visitor
