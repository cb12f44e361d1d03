# Der Warteraum. Module setzen ein, was sich ändert.

waiting-title = Der Warteraum
waiting-text = Sie sind drin. Wer vor Verkaufsbeginn kommt, hat die gleiche Chance, ganz gleich, wie früh.
waiting-no-reload = Sie müssen diese Seite nicht neu laden; sie bleibt aktuell. Sie zu schließen kostet Sie nicht Ihren Platz.
waiting-needs-script = Der Warteraum braucht JavaScript, um Ihnen Ihren Platz zu nennen.
waiting-place-heading = Ihr Platz
waiting-ahead-heading = Vor Ihnen
waiting-estimate-heading = Etwa
waiting-joined-heading = Mit Ihnen hier
waiting-progress = Wie weit die Reihe ist
waiting-join = Anstellen
waiting-leave = Meinen Platz abgeben
waiting-closed = Der Warteraum öffnet später. Diese Seite sagt Ihnen, wann.
waiting-gathering = Der Verkauf beginnt in { $time }. Wer dann hier ist, wird ausgelost: Früher zu kommen ist kein Vorteil.
waiting-drawing = Die Reihenfolge wird gerade ausgelost.
waiting-serving = Der Verkauf hat begonnen. Sie werden aufgerufen, wenn Sie an der Reihe sind.
waiting-called = Sie sind an der Reihe. Wir bringen Sie zu den Plätzen.
waiting-next = Sie sind an der Reihe, sobald jemand geht. Bleiben Sie bitte hier.
waiting-late = Die Auslosung ist vorbei; Sie folgen hinter den Ausgelosten.
waiting-over = Es gibt keine Warteschlange mehr.
waiting-sold-out = Gerade ist alles verkauft oder reserviert. Was nicht bezahlt wird, kommt zurück: Bleiben Sie, wenn Sie mögen.
waiting-minutes-one = { $count } Minute
waiting-minutes-other = { $count } Minuten
waiting-under-a-minute = weniger als eine Minute
waiting-beacon = Die Reihenfolge folgt aus öffentlichem Zufall, den vorher niemand kennen konnte: Jeder kann die Auslosung nachprüfen.
waiting-operator = Der Veranstalter hätte die Reihenfolge beeinflussen können; von außen ist sie nicht nachprüfbar.
waiting-offline = Die Verbindung ist weg. Ihr Platz bleibt; diese Seite macht von selbst weiter.
