# Die Seite einer Veranstaltung, und die Platzwahl aus Listen.

house-heading = Plätze wählen
about-heading = Über die Veranstaltung
about-when = Wann
about-local-time = Ortszeit am Veranstaltungsort
about-where = Wo
event-find-order = Eine Bestellung für diese Veranstaltung finden
about-map = In Karten-App öffnen
doors-at = Einlass ab { $time } Uhr
closed-not-yet = Der Verkauf beginnt am { $date } um { $time } Uhr (Ortszeit am Veranstaltungsort).
closed-sold-out = Alle Tickets sind verkauft.
closed-postponed = Die Veranstaltung ist verschoben. Den neuen Termin finden Sie dann hier; bis dahin wird nichts verkauft.
closed-cancelled = Die Veranstaltung ist abgesagt. Wer bezahlt hat, bekommt das Geld von selbst zurück.
closed-ended = Der Verkauf ist beendet.

best-heading = Die besten Plätze nebeneinander
best-quantity = Wie viele
best-price = Preis je Platz
best-any-price = Jeder Preis
best-up-to = bis { $price }
best-section = Wo
best-any-section = Überall
best-button = Beste Plätze reservieren
list-heading = Aus einer Liste wählen
list-section = Block
list-left = Frei
list-price = Preis
list-standing = freie Platzwahl
section-none = keine mehr
section-left = { $count ->
    [one] { $shown } Platz
   *[other] { $shown } Plätze
}
section-not-on-sale = Plätze dieser Veranstaltung sind jetzt nicht zu kaufen.
back-to-house = Zurück zur Veranstaltung
back-to-checkout = Zurück zur Kasse

seats-choose = { $count ->
    [one] Wählen Sie einen Platz.
   *[other] Wählen Sie bis zu { $count } Plätze.
}
area-free-seating = Ihren Platz suchen Sie sich vor Ort aus.
seat-in-row = Reihe { $row }, Platz { $number }
seat-alone = Platz { $number }
row-alone = Reihe { $row }
seat-available = frei
seat-held = von jemandem reserviert
seat-booked = verkauft
seat-blocked = nicht im Verkauf
seat-mine = Ihrer
change-kept = Ihre anderen Plätze
hold-button = Diese Plätze reservieren

hold-taken-title = Jemand war einen Augenblick schneller
hold-taken-text = Mindestens einer der Plätze ging gerade an jemand anderen. Nichts wurde reserviert; wählen Sie andere.
hold-not-together-title = So viele nebeneinander gibt es nicht
hold-not-together-text = { $count ->
    [0] Solche Plätze gibt es nicht mehr.
    [one] Es gibt nur { $count } solchen Platz nebeneinander.
   *[other] Es gibt höchstens { $count } solche Plätze nebeneinander.
}
hold-too-many-title = Das sind zu viele auf einmal
hold-too-many-text = { $count ->
    [one] Eine Bestellung hat höchstens { $count } Platz.
   *[other] Eine Bestellung hat höchstens { $count } Plätze.
}
hold-buyer-limit-title = Mehr darf eine Person nicht haben
hold-buyer-limit-text = { $count ->
    [one] Jede Person kann { $count } Platz dieser Veranstaltung haben, damit mehr Menschen einen bekommen.
   *[other] Jede Person kann { $count } Plätze dieser Veranstaltung haben, damit mehr Menschen einen bekommen.
}
hold-not-on-sale-title = Jetzt nicht im Verkauf
hold-not-on-sale-text = Wann verkauft wird, steht auf der Seite der Veranstaltung.
hold-none-title = Es wurde kein Platz gewählt
hold-none-text = Kreuzen Sie die gewünschten Plätze an, oder geben Sie an, wie viele es sein sollen.
offer-best = { $count ->
    [one] Den besten freien Platz reservieren
   *[other] Die besten { $count } nebeneinander reservieren
}
