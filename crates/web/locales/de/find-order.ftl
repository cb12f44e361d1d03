# Eine Bestellung wiederfinden, deren Link verloren ist.

find-order-link = Meine Bestellung finden
find-order-title = Meine Bestellung finden
find-order-lead = Wir schicken Ihnen die Links Ihrer Bestellungen für eine Veranstaltung per E-Mail.
find-order-event = Veranstaltung
find-order-choose = Veranstaltung wählen
find-order-event-wrong = Wählen Sie bitte die Veranstaltung.
find-order-email-why = Die Adresse, mit der Sie bestellt haben. An keine andere wird etwas geschickt.
find-order-button = Link per E-Mail schicken
find-order-busy = Gerade fragen sehr viele Menschen. Nichts wurde geschickt; versuchen Sie es gleich noch einmal.
find-order-asked = Gibt es Bestellungen mit dieser Adresse, so ist ein Link unterwegs. Sehen Sie auch im Spam-Ordner nach.
find-order-asked-address = Die Adresse ist { $email }. Wir schicken höchstens eine Mail in fünf Minuten.
find-order-other = Andere Veranstaltung oder Adresse
find-order-no-mail = Diese Kasse verschickt keine Mails. Ihre Bestellung finden Sie dort, wo Sie bestellt haben: im selben Browser, unter der Adresse, die Sie nach dem Zahlen gesehen haben.
