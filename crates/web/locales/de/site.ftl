# Was auf jeder Seite steht, die Liste der Veranstaltungen, und was schiefgeht.

site-name = boxoffice
skip-to-content = Zum Inhalt springen
language-switch = Sprache
footer-promise = Alle Preise enthalten sämtliche Gebühren und Steuern. Zeiten gelten am Veranstaltungsort.
look-again = Noch einmal nachsehen
to-all-events = Alle Veranstaltungen
price-from = ab { $price }
price-all-in = inkl. aller Gebühren
date-and-time = { $date }, { $time } Uhr

home-title = Tickets
home-heading = Was läuft
home-description = Kommende Veranstaltungen: Plätze auf dem Live-Saalplan wählen und zahlen, was dasteht.
home-upcoming = Kommende Veranstaltungen
search-title = Suche
search-keyword = Suche
search-placeholder = Künstler, Veranstaltung oder Ort
search-city = Stadt
search-any-city = Überall
search-more = Datum und Preis
search-from = Von
search-to = Bis
search-max-price = Höchstens, je Platz
search-currency = Währung
search-button = Suchen
search-results = Gefunden
search-nothing = Nichts gefunden. Versuchen Sie es mit weniger Wörtern, einer anderen Stadt oder anderen Tagen.
search-all = Alle Veranstaltungen zeigen
search-next = Spätere Veranstaltungen

status-cancelled = Abgesagt
status-postponed = Verschoben
status-sold-out = Ausverkauft
status-sale-ended = Verkauf beendet
status-all-held = Gerade sind alle Plätze reserviert
status-few-left = { $count ->
    [one] Noch { $count } Platz
   *[other] Noch { $count } Plätze
}
on-sale-in-a-moment = Verkauf beginnt gleich
on-sale-in-minutes = { $count ->
    [one] Verkauf in { $count } Minute
   *[other] Verkauf in { $count } Minuten
}
on-sale-in-hours = { $count ->
    [one] Verkauf in { $count } Stunde
   *[other] Verkauf in { $count } Stunden
}
on-sale-in-days = { $count ->
    [one] Verkauf in { $count } Tag
   *[other] Verkauf in { $count } Tagen
}

seller-heading = Verkauft von
seller-terms = Verkaufsbedingungen (neuer Tab)

trouble-again = { $count ->
    [one] Diese Seite versucht es in { $count } Sekunde von selbst noch einmal.
   *[other] Diese Seite versucht es in { $count } Sekunden von selbst noch einmal.
}
trouble-not-found-title = Hier ist nichts
trouble-not-found-text = Vielleicht ist die Adresse verschrieben, oder die Seite ist umgezogen.
trouble-unknown-event-title = Diese Veranstaltung kennen wir nicht
trouble-unknown-event-text = Vielleicht ist die Adresse verschrieben. Was läuft, steht in der Liste der Veranstaltungen.
trouble-unknown-reservation-title = Diese Reservierung kennen wir nicht
trouble-unknown-reservation-text = Entweder ist die Adresse unvollständig, oder die Plätze wurden in einem anderen Browser gewählt: Öffnen Sie sie dort. Dass sie hier unbekannt ist, heißt nicht, dass sie abgelaufen ist.
trouble-unknown-order-title = Diese Bestellung kennen wir nicht
trouble-unknown-order-text = Vielleicht ist die Adresse unvollständig. Verwenden Sie den ganzen Link Ihrer Bestellung.
trouble-too-busy-title = Gerade sind sehr viele Menschen hier
trouble-too-busy-text = Nichts ist verloren, und nichts wurde geändert: Ihre reservierten Plätze bleiben Ihre, bis die Zeit um ist.
trouble-unavailable-title = Wir können gerade nicht antworten
trouble-unavailable-text = Etwas, das wir brauchen, ist nicht erreichbar. Nichts wurde geändert.
trouble-outcome-unknown-title = Wir wissen noch nicht, ob das geklappt hat
trouble-outcome-unknown-text = Gehen Sie zurück und sehen Sie nach, bevor Sie es noch einmal versuchen: Sind Ihre Plätze reserviert oder bezahlt, so steht es da.
trouble-bad-form-title = Das haben wir nicht verstanden
trouble-bad-form-text = Gehen Sie zurück und versuchen Sie es noch einmal. Nichts wurde geändert.
trouble-foreign-title = Das kam von keiner unserer Seiten
trouble-foreign-text = Zu Ihrer Sicherheit wurde es nicht ausgeführt.
trouble-broken-title = Bei uns ist etwas schiefgegangen
trouble-broken-text = Es ist notiert. Versuchen Sie es gleich noch einmal.
