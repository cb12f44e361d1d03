# Die Kasse, und andere Plätze.

checkout-title = Ihre Bestellung
checkout-seats = Ihre Plätze
checkout-who = Wer kauft
clock-heading = Verbleibende Zeit
clock-text = Minuten, in denen diese Plätze nur Ihnen gehören
extend-button = Ich brauche mehr Zeit
change-seats = Plätze ändern
release-button = Plätze freigeben
change-title = Plätze ändern
change-text = Ihre Plätze bleiben Ihre, während Sie schauen. Die Zeit läuft weiter:
change-button = Stattdessen diese Plätze nehmen

lines-seat = Platz
lines-price = Preis
lines-total = Summe
lines-returned = zurückgegeben

field-name = Name
field-name-wrong = Bitte geben Sie Ihren Namen an.
field-email = E-Mail
field-email-why = Für diese Bestellung, und für nichts anderes.
field-email-wrong = Bitte geben Sie eine vollständige Adresse an, etwa ada@example.org.

test-heading = Testzahlung
test-text = Dies ist ein Test: Es fließt kein Geld, und es braucht keine Karte.
test-approved = Eine Karte, die zahlt
test-declined = Eine Karte, die abgelehnt wird
test-insufficient = Eine Karte ohne genug Guthaben
test-slow = Eine Bank, die drei Sekunden überlegt
test-redirect = Eine eigene Zahlungsseite, wie bei 3-D Secure
pay-heading = Zahlung
pay-stripe = Sie zahlen auf der Seite unseres Zahlungsanbieters Stripe und kommen hierher zurück. Kartennummern erreichen uns nie.
pay-no-provider = Diese Kasse nimmt gerade keine Zahlungen an. Ihre Plätze bleiben reserviert, bis die Zeit um ist.

order-contract = Mit dieser Schaltfläche bestellen Sie verbindlich und schließen einen Vertrag mit { $seller }.
order-and-pay = Zahlungspflichtig bestellen ({ $total })
order-free = Kostenlos bestellen

declined-generic = Die Zahlung wurde abgelehnt, und nichts wurde abgebucht. Ihre Plätze gehören weiter Ihnen: Versuchen Sie es noch einmal oder mit einer anderen Karte.
declined-insufficient-funds = Die Bank meldet, dass die Karte nicht gedeckt ist. Nichts wurde abgebucht; Ihre Plätze gehören weiter Ihnen.
declined-expired-card = Die Karte ist abgelaufen. Nichts wurde abgebucht; Ihre Plätze gehören weiter Ihnen.
declined-timed-out = Die Zahlung dauerte zu lange und wurde abgebrochen. Nichts wurde abgebucht; Ihre Plätze gehören weiter Ihnen.
pay-provider-away = Der Zahlungsanbieter ist gerade nicht erreichbar. Nichts wurde abgebucht; Ihre Plätze gehören weiter Ihnen. Versuchen Sie es gleich noch einmal.
pay-outcome-unknown = Wir wissen noch nicht, ob das geklappt hat. Drücken Sie noch einmal: Sie können nicht zweimal zahlen.
pay-busy = Gerade zahlen sehr viele Menschen. Nichts wurde abgebucht; Ihre Plätze gehören weiter Ihnen. Versuchen Sie es gleich noch einmal.
pay-too-many-attempts = Für diese Plätze gab es zu viele Zahlungsversuche. Geben Sie sie frei und wählen Sie neu.

expired-title = Die Zeit ist um
expired-text = Die Plätze sind wieder für alle frei, und nichts wurde abgebucht. Vielleicht sind sie noch da: Wählen Sie neu.
called-off-title = Die Veranstaltung wurde abgesagt
called-off-text = Für diese Plätze wurde nichts abgebucht. Wer bezahlt hat, bekommt das Geld von selbst zurück.
no-longer-held-title = Diese Plätze sind nicht mehr reserviert
no-longer-held-text = Es wird kein Geld dafür behalten: Was vorgemerkt oder abgebucht war, geht von selbst zurück.
change-taken = Jemand war einen Augenblick schneller: Mindestens einer der Plätze ging an jemand anderen. Ihre gehören weiter Ihnen.
change-too-many = Das sind zu viele für eine Bestellung. Ihre gehören weiter Ihnen.
pay-buyer-limit = Sie haben so viele Plätze dieser Veranstaltung, wie eine Person haben darf. Nichts wurde abgebucht.
released-title = Sie haben die Plätze freigegeben
released-text = Danke: Nun kann jemand anderes sie haben. Nichts wurde abgebucht.
