"""The words of the console."""

from __future__ import annotations

from markupsafe import Markup

from api.console.texts import Texts


def test_markup_in_words_stays_markup() -> None:
    moment = Markup("<time>8:00</time>")
    said = Texts.shared().say("nl", "proposals.live", moment=moment)
    assert said == "Wegwijs antwoordt hiermee sinds <time>8:00</time>."
    assert isinstance(said, Markup)


def test_hostile_values_beside_markup_are_escaped() -> None:
    texts = Texts({"a": {"b": {"en": "{who} & {at}"}}})
    said = texts.say("en", "a.b", who="<script>", at=Markup("<b>now</b>"))
    assert said == "&lt;script&gt; &amp; <b>now</b>"
