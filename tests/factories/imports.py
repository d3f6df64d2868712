"""Spreadsheets on their way into the record."""

import hashlib
import itertools

import factory

from imports import models
from imports.kinds import Kind
from imports.workflow import Status
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded
from tests.factories.cases import ServiceFactory

COUNT = itertools.count()


class ImportFactory(Recorded):
    """A file of people that is checked and waits to be looked at; its rows are made by themselves."""

    class Meta:
        model = models.Import

    service = factory.SubFactory(ServiceFactory)
    kind = Kind.PEOPLE
    status = Status.CHECKED
    file_name = "old.csv"
    sha256 = factory.LazyFunction(lambda: hashlib.sha256(str(next(COUNT)).encode()).hexdigest())
    encoding = "utf-8-sig"
    headings = ["First name", "Surname"]
    columns = {"0": "given_names", "1": "family_name"}
    lines = 1
    recorded_by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        batch = super()._create(model_class, *args, **kwargs)
        models.ImportProgress.objects.create(batch=batch)
        return batch


class ImportRowFactory(Recorded):
    class Meta:
        model = models.ImportRow

    batch = factory.SubFactory(ImportFactory)
    number = factory.Sequence(lambda n: n + 2)
    cells = {"given_names": "Amelia", "family_name": "Hart"}
