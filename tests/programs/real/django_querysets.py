"""Django: models, querysets, forms and migrations' states on a database in memory."""

import copy
import os
import sys
import types

import django
from django.conf import settings

library = sys.modules["library"] = types.ModuleType("library")  # the app that the models belong to
library.__path__ = [os.path.dirname(__file__)]
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["library"],
    USE_TZ=True,
)
django.setup()

from django import forms  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.db.migrations.state import ModelState, ProjectState  # noqa: E402
from django.db.models import Count, F, Q  # noqa: E402


class Author(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        app_label = "library"


class Book(models.Model):
    title = models.CharField(max_length=50)
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    pages = models.IntegerField(default=1)

    class Meta:
        app_label = "library"


class BookForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ("title", "pages")


with connection.schema_editor() as editor:
    editor.create_model(Author)
    editor.create_model(Book)
for a in range(5):
    author = Author.objects.create(name=f"author {a}")
    Book.objects.bulk_create(Book(title=f"{a}-{b}", author=author, pages=10 * b + a) for b in range(6))

query = Book.objects.filter(Q(pages__gt=10) | Q(title__startswith="0"), ~Q(author__name="author 3"))
for bound in range(20):
    page = copy.deepcopy(query).filter(pages__lt=bound * 3).exclude(pk__in=Book.objects.filter(pages=F("pk")))
    print(bound, page.count(), [str(b.title) for b in page.order_by("title")[:2]])
full = copy.deepcopy(query.select_related("author"))
print(len(full), full.query == query.query, str(full.query) == str(query.select_related("author").query))
ranked = Book.objects.values("author__name").annotate(n=Count("pk", filter=Q(pages__gt=20))).order_by("author__name")
print(list(copy.deepcopy(ranked).values_list("author__name", "n")))

for n in range(20):
    form = BookForm({"title": "x" * n, "pages": n if n % 3 else "no"})
    form.fields["title"].max_length = 5
    print(n, form.is_valid(), sorted(form.errors))
instance = Book.objects.select_related("author").first()
twin = copy.deepcopy(instance)
twin.author.name = "changed"
print(instance.author.name, twin == instance)

state = ProjectState()
state.add_model(ModelState.from_model(Author))
state.add_model(ModelState.from_model(Book))
later = state.clone()
later.remove_field("library", "book", "pages")
print(sorted(state.models["library", "book"].fields), sorted(later.models["library", "book"].fields))
