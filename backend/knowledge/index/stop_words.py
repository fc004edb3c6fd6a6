"""Words that say nothing about what a question is about, by language. Edit freely: nothing depends on one of them."""

from __future__ import annotations

STOP_WORDS = {
    "en": frozenset(
        """a about after again all also am an and any anybody anyone anything are aren't as at be because been before
        being both but by can can't cannot could couldn't did didn't do does doesn't doing don't done during each either
        else ever every few for from further get gets getting give go goes going got had has hasn't have haven't having
        he hello help her here hey hi him his how however i i'd i'll i'm i've if im in into is isn't it it's its just
        know let let's like ll lot make many may maybe me might more most much must my myself need needs no nor not
        now of off ok okay on once one only onto or other our ours out over own please possible rather really s same
        say see shall she should shouldn't so some somebody someone something still such t tell thank thanks that that's
        the their them then there there's these they thing things this those through to too trying under until up upon
        us ve very want wants was wasn't way we were weren't what what's when where whether which while who whom whose
        why will with within without won't would wouldn't yes yet you you're your yours""".split()  # noqa: SIM905 - words in lines are read more easily than in quotes
    ),
    "de": frozenset(
        """aber alle allem allen aller alles als also am an andere anderen auch auf aus bei bin bis bist bitte da damit
        dann das dass dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du
        durch ein eine einem einen einer eines er es etwas euch euer für gegen gibt hab habe haben hallo hat hatte hätte
        hier hin ich ihm ihn ihnen ihr ihre im in ist ja jede jeder jedes jetzt kann kannst kein keine können könnte man
        mein meine meinem meinen meiner mich mir mit möchte muss müssen nach nicht nichts noch nun nur ob oder ohne sehr
        sein seine sich sie sind so soll sollte über um und uns unser unter viel vom von vor wann war waren warum was
        weil welche welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wo wurde würde zu zum
        zur""".split()  # noqa: SIM905 - as above
    ),
}
