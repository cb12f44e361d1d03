# Finding an order whose link is lost.

find-order-link = Find my order
find-order-title = Find my order
find-order-lead = We mail you the links of your orders of an event.
find-order-event = Event
find-order-choose = Choose an event
find-order-event-wrong = Choose the event, please.
find-order-email-why = The address that you ordered with. Nothing is sent to any other.
find-order-button = Mail me the link
find-order-busy = Very many people are asking right now. Nothing was sent; try again in a moment.
find-order-asked = If there are orders for this address, a link is on its way. Look into spam too.
find-order-asked-address = The address is { $email }. We send one mail in five minutes at most.
find-order-other = Another event or address
find-order-no-mail = This box office sends no mails. Your order is where you made it: in the same browser, at the address that you saw after paying.
