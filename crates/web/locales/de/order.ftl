# Eine Bestellung vom Zahlen an.

order-pending-title = Ihre Bank wird gefragt
order-pending-text = Ihre Plätze sind sicher, während Ihre Bank antwortet. Diese Seite sagt es Ihnen, sobald es feststeht; Sie müssen sie nicht neu laden.
order-action-title = Weiter zur Zahlung
order-action-text = Ihre Plätze sind inzwischen sicher. Haben Sie schon gezahlt, so sagt es Ihnen diese Seite, sobald es feststeht.
order-go-on = Weiter zur Zahlung
order-confirmed-title = Die Plätze gehören Ihnen
order-confirmed-text = Die Zahlung ist da. Viel Vergnügen!
order-partly-refunded-title = Ein Teil Ihrer Bestellung wurde erstattet
order-partly-refunded-text = Die übrigen Plätze gehören Ihnen.
order-refunded-title = Ihre Bestellung wurde erstattet
order-refunded-text = Das Geld ist unterwegs; Banken brauchen einige Tage.
order-declined-title = Die Zahlung wurde abgelehnt
order-declined-text = Nichts wurde abgebucht. Die Plätze bleiben für einen weiteren Versuch Ihre, bis die Zeit um ist.
order-voided-title = Die Zahlung dauerte zu lange
order-voided-text = Sie wurde abgebrochen, und Sie behalten Ihr Geld: Was vorgemerkt war oder noch ankommt, geht von selbst zurück.
order-cancelled-title = Die Bestellung kam nicht zustande
order-cancelled-text = Die Zahlung ließ sich nicht einziehen, oder die Veranstaltung wurde abgesagt. Sie behalten Ihr Geld: Was vorgemerkt war, geht von selbst zurück.
order-try-again = Noch einmal versuchen
order-refunded-amount = Erstattet: { $amount }
order-number = Bestellnummer
order-placed = Bestellt
order-print = Drucken
order-keep-link = Bewahren Sie diesen Link auf: Er zeigt Ihre Bestellung auf jedem Gerät, und jedem, der ihn hat.
order-link = Meine Bestellung
order-elsewhere = In diesem Browser wurde nicht bestellt, deshalb zeigt er nicht mehr. Ihre ganze Bestellung finden Sie dort, wo Sie begonnen haben.

test-page-title = Testzahlung
test-page-pay = { $amount } zahlen
test-page-pay-it = Zahlen
test-page-decline = Abgelehnt werden
