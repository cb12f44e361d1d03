# Der Saalplan und die Platzwahl. Meldungen auf -one und -other nennen eine Anzahl: die Seite wählt
# nach { $count }.

## Der Plan

map-label = Saalplan
map-how = Mit den Pfeiltasten gehen Sie von Block zu Block und, sobald Plätze zu sehen sind, von Platz zu Platz. Die Eingabetaste öffnet einen Block oder wählt einen Platz. Plus und Minus ändern die Größe, Escape zeigt das ganze Haus. Dieselben Plätze können Sie unter dem Plan aus Listen wählen.
map-tools = Ansicht des Plans
map-zoom-in = Vergrößern
map-zoom-out = Verkleinern
map-fit = Das ganze Haus zeigen
map-overview = Das ganze Haus
map-no-map = Der Saalplan konnte nicht geladen werden. Sie können Ihre Plätze aus den Listen wählen oder die Seite neu laden.
map-line-lost = Keine Verbindung. Der Plan ist vielleicht nicht mehr aktuell; wir versuchen weiter, Sie zu verbinden.
map-line-back = Wieder verbunden. Der Plan ist aktuell.
map-close = Schließen
map-fewer = Weniger
map-more = Mehr

## Was wo ist

map-row-row = Reihe { $row }
map-row-table = Tisch { $row }
map-row-box = Loge { $row }
map-seat-number = Platz { $number }
map-seats-numbers = Plätze { $numbers }
map-row-and-seat = { $row }, { $seat }
map-place = Stehplatz
map-status-available = frei
map-status-chosen = von Ihnen gewählt
map-status-ours = für Sie reserviert
map-status-held = gerade von jemandem reserviert
map-status-booked = verkauft
map-status-blocked = nicht im Verkauf
map-block-from = ab { $price }
map-block-left-one = noch { $count }
map-block-left-other = noch { $count }
map-block-none = Nichts mehr frei
map-section-none = { $section }, nichts mehr frei
map-section-how = Wählen Sie den Block, um seine Plätze zu sehen.
map-area-how = Stehplätze ohne Nummern: Sie wählen die Anzahl.
map-area-choose = Anzahl wählen
map-choose = Diesen Platz wählen
map-remove = Zurückgeben

## Legende

map-legend = Preise
map-legend-how = Alle Gebühren inbegriffen. Tippen Sie auf einen Preis, um seine Plätze aus- oder einzublenden.
map-price-range = { $from } bis { $to }
map-show-all = Alle Preise zeigen
map-legend-mine = Ihre Plätze
map-legend-held = Von anderen reserviert
map-legend-booked = Verkauft
map-legend-blocked = Nicht im Verkauf

## Beste Plätze

map-best = Wir wählen für Sie
map-best-quantity = Anzahl
map-best-price = Preis je Platz
map-best-any-price = Jeder Preis
map-best-up-to = Bis { $price }
map-best-section = Wo
map-best-anywhere = Im ganzen Haus
map-best-hold-one = Den besten Platz reservieren ({ $count })
map-best-hold-other = Die { $count } besten nebeneinander reservieren
map-best-most-one = Zu Ihren Wünschen sind nur noch Einzelplätze frei. Ein höherer Preis oder ein anderer Block hilft vielleicht.
map-best-most-other = Höchstens { $count } Plätze nebeneinander passen noch zu Ihren Wünschen. Ein höherer Preis oder ein anderer Block hilft vielleicht.
map-best-none = Zu diesen Wünschen ist leider nichts mehr frei. Ein höherer Preis oder ein anderer Block hilft vielleicht.
map-best-apart-one = Trotzdem { $count } reservieren
map-best-apart-other = { $count } einzelne reservieren

## Freie Platzwahl

map-areas = Stehplätze
map-area-quantity = Plätze in { $area }
map-area-hold-one = { $count } Platz reservieren
map-area-hold-other = { $count } Plätze reservieren
map-area-most-one = Hier ist nur noch { $count } Platz frei.
map-area-most-other = Hier sind nur noch { $count } Plätze frei.
map-area-apart = Plätze in { $area } und gewählte Sitzplätze lassen sich nicht zusammen reservieren. Reservieren Sie zuerst Ihre Sitzplätze, oder geben Sie sie zurück und nehmen die Stehplätze.
map-area-instead-one = Sitzplätze zurückgeben und { $count } Stehplatz reservieren
map-area-instead-other = Sitzplätze zurückgeben und { $count } Stehplätze reservieren

## Auswahl

map-basket-empty = Noch keine Plätze gewählt
map-basket-one = { $count } Platz gewählt
map-basket-other = { $count } Plätze gewählt
map-basket-how-one = Tippen Sie im Plan auf einen Platz. Je Bestellung ist { $count } Platz möglich.
map-basket-how-other = Tippen Sie im Plan auf Plätze. Je Bestellung sind bis zu { $count } möglich.
map-sum = Gesamt { $price }
map-remove-seat = { $seat } entfernen
map-removed = Entfernt: { $seat }
map-hold-one = Diesen Platz { $minutes } Minuten reservieren
map-hold-other = Diese { $count } Plätze { $minutes } Minuten reservieren
map-update = Meine Plätze ändern
map-limit-one = Mehr als { $count } Platz je Bestellung geht leider nicht, damit es für alle reicht. Entfernen Sie ihn, um einen anderen zu wählen.
map-limit-other = Mehr als { $count } Plätze je Bestellung gehen leider nicht, damit es für alle reicht. Entfernen Sie einen, um einen anderen zu wählen.
map-held-going-on = Für Sie reserviert. Weiter zur Kasse.
map-waiting = Im Moment ist sehr viel los. Wir versuchen es weiter für Sie; bitte lassen Sie diese Seite offen.
map-closed-scheduled = Der Verkauf hat noch nicht begonnen. Sehen Sie sich gern schon im Haus um.
map-closed-sold-out = Alle Plätze sind verkauft. Hin und wieder wird einer frei: Der Plan zeigt es sofort.
map-closed-sale-ended = Der Verkauf ist beendet.
map-closed-postponed = Diese Veranstaltung ist verschoben. Sobald ein neuer Termin feststeht, gibt es wieder Karten.
map-closed-cancelled = Diese Veranstaltung ist abgesagt.

## Schon reservierte Plätze

map-holding-one = { $count } Platz ist für Sie reserviert.
map-holding-other = { $count } Plätze sind für Sie reserviert.
map-time-left = Noch { $time }
map-holding-continue = Weiter zur Kasse
map-holding-change = Diese Plätze ändern
map-holding-also-one = Außerdem ist { $count } Platz für Sie reserviert: zur Kasse
map-holding-also-other = Außerdem sind { $count } Plätze für Sie reserviert: zur Kasse
map-holding-let-go = Freigeben
map-let-go-done = Ihre Plätze sind wieder frei. Danke, dass Sie sie zurückgegeben haben.
map-changing-one = Sie ändern { $count } reservierten Platz.
map-changing-other = Sie ändern { $count } reservierte Plätze.
map-changing-back = So lassen, wie es ist
map-hold-over = Die Zeit für Ihre Reservierung ist abgelaufen, die Plätze sind wieder frei. Wählen Sie gern neue.

## An andere verlorene Plätze

map-lost-one = Das tut uns leid: { $seats } hat gerade jemand anders bekommen.
map-lost-other = Das tut uns leid, diese Plätze hat gerade jemand anders bekommen: { $seats }.
map-lost-offer = Ganz in der Nähe frei: { $seats }, zusammen { $price }.
map-lost-offer-apart = Nebeneinander ist in der Nähe nichts frei, aber diese hier: { $seats }, zusammen { $price }.
map-lost-none = Gleich viele Plätze sind nicht mehr frei, aber vielleicht gefallen Ihnen andere im Plan.
map-lost-take-one = Stattdessen diesen Platz reservieren
map-lost-take-other = Stattdessen diese { $count } reservieren
map-lost-keep = Weiter suchen

## Wenn etwas nicht klappt

map-problem-network = Wir erreichen die Kasse nicht. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal; es ist nichts verloren.
map-problem-unknown = Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es gleich noch einmal.
map-problem-overloaded = Gerade kaufen sehr viele Menschen. Es wurde nichts geändert; bitte versuchen Sie es gleich noch einmal.
map-problem-store-unavailable = Die Kasse holt gerade Luft. Es wurde nichts geändert; bitte versuchen Sie es gleich noch einmal.
map-problem-outcome-unknown = Wir wissen noch nicht, ob es geklappt hat. Bitte drücken Sie noch einmal auf die Schaltfläche: Es geschieht nichts doppelt.
map-problem-rate-limited = Das war etwas zu schnell für uns. Bitte warten Sie einen Moment und versuchen Sie es noch einmal.
map-problem-not-on-sale = Im Moment sind keine Karten im Verkauf.
map-problem-admission-required = Für diesen Verkauf gibt es einen Warteraum. Bitte stellen Sie sich dort zuerst an.
map-problem-buyer-limit-reached = Sie haben für diese Veranstaltung schon { $have } von höchstens { $limit } Plätzen.
map-problem-too-many-seats = Es können höchstens { $limit } Plätze zugleich reserviert werden. Bitte entfernen Sie einige.
map-problem-unknown-seat = Der Saalplan hat sich geändert. Bitte laden Sie die Seite neu.
map-problem-unknown-event = Diese Veranstaltung gibt es hier nicht mehr.
map-problem-code-required = Für diese Plätze brauchen Sie einen Zugangscode.
map-problem-reservation-expired = Die Zeit für Ihre Reservierung ist abgelaufen. Bitte wählen Sie noch einmal.
map-problem-reservation-not-found = Wir finden diese Reservierung nicht mehr. Bitte wählen Sie noch einmal.
map-problem-payment-in-progress = Für diese Plätze läuft gerade eine Zahlung, deshalb lassen sie sich jetzt nicht ändern.
map-problem-already-booked = Diese Plätze gehören Ihnen schon: Sie sind bezahlt.
