# Was kleine Module sagen: Countdown, Live-Liste, Bestellseite. Den Rest setzen sie ein.

script-time-left = Noch { $time }
script-one-minute = Noch eine Minute. Sie können die Zeit einmal verlängern.
script-one-minute-last = Noch eine Minute.
script-time-up = Die Zeit ist um.
script-extended = Die Zeit wurde verlängert.
script-paying = Ihre Zahlung läuft. Bitte schließen Sie diese Seite nicht.
script-offline = Die Verbindung ist weg. Ihre Plätze bleiben Ihre, bis die Zeit um ist.
script-online = Die Verbindung ist wieder da.
script-chosen-one = { $count } Platz gewählt, { $total }
script-chosen-other = { $count } Plätze gewählt, { $total }
script-limit = Mehr als { $count } Plätze sind nicht möglich.
script-lost = { $seat } ging gerade an jemand anderen.
script-status-available = frei
script-status-held = von jemandem reserviert
script-status-booked = verkauft
script-status-blocked = nicht im Verkauf
script-status-mine = Ihrer
script-stale = Die Verbindung ist weg: Die Liste ist vielleicht nicht aktuell.
script-live = Die Liste ist wieder aktuell.
script-found-one = { $count } Veranstaltung gefunden
script-found-other = { $count } Veranstaltungen gefunden
script-found-more = Mehr als { $count } Veranstaltungen gefunden
