"""What is typed when a case goes to another worker."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fieldset, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.actions.hand_overs import Handing
from cases.forms.fields import LongWordsField
from cases.forms.people import short
from cases.forms.tasks import offer
from cases.models import Case

SUMMARY = "Where things stand, what was promised, what comes next. The family may read it."


class HandOverForm(forms.Form):
    """Who hands the case to whom, and what the next worker must know."""

    fields: dict[str, Any]

    from_worker = forms.ModelChoiceField(
        label="Who hands it over", queryset=User.objects.none(), empty_label=None
    )
    to_worker = forms.ModelChoiceField(
        label="Who works on it from today",
        queryset=User.objects.none(),
        empty_label="Choose a worker",
    )
    summary = LongWordsField(label="What they must know", help_text=SUMMARY, rows=8)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        working: Sequence[User],
        workers: Iterable[User],
        by: User,
    ) -> None:
        super().__init__(data, initial={"from_worker": by.pk} if by in working else None)
        offer(self.fields["from_worker"], working)
        offer(self.fields["to_worker"], workers)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given.get("from_worker") and given.get("from_worker") == given.get("to_worker"):
            self.add_error("to_worker", "Choose somebody else than who hands it over.")
        return given


class LeavingForm(forms.Form):
    """Every open case of somebody who leaves: who takes it, and what they must know."""

    fields: dict[str, Any]

    def __init__(
        self, data: QueryDict | None = None, *, cases: Iterable[tuple[Case, list[User]]]
    ) -> None:
        super().__init__(data)
        self.cases = {str(case.reference): case for case, _ in cases}
        layout = []
        for case, workers in cases:
            to, summary = self._names(case)
            self.fields[to] = forms.ModelChoiceField(
                label="Who works on it from today",
                queryset=User.objects.none(),
                required=False,
                empty_label="Not now",
            )
            offer(self.fields[to], workers)
            self.fields[summary] = LongWordsField(
                label="What they must know", help_text=SUMMARY, rows=4, required=False
            )
            family = ", ".join(str(one.person) for one in case.case_people.all())
            layout.append(
                Fieldset(
                    short(to, Fluid.ONE_HALF),
                    Field.text(summary, label_size=Size.SMALL),
                    legend=f"{case.reference}, {case.service}: {family}",
                    legend_size=Size.MEDIUM,
                    legend_tag="h2",
                )
            )
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*layout)

    @staticmethod
    def _names(case: Case) -> tuple[str, str]:
        return f"to_{case.reference}", f"summary_{case.reference}"

    def clean(self) -> dict[str, Any]:
        handings = []
        for case in self.cases.values():
            to, summary = self._names(case)
            worker, words = self.cleaned_data.get(to), self.cleaned_data.get(summary, "")
            if worker and words:
                handings.append(Handing(case=case, to_worker=worker, summary=words))
            elif worker and summary not in self.errors:
                self.add_error(summary, f"Say what {worker} must know about {case.reference}.")
            elif words and to not in self.errors:
                self.add_error(to, f"Choose who works on {case.reference} from today.")
        return {"handings": handings}
