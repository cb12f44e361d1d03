# The page of an event, and choosing seats from lists.

house-heading = Choose your seats
about-heading = About
about-when = When
about-local-time = local time at the venue
about-where = Where
event-find-order = Find an order for this event
about-map = Open in maps
doors-at = Doors open at { $time }
closed-not-yet = Tickets go on sale on { $date } at { $time } (local time at the venue).
closed-sold-out = All tickets are sold.
closed-postponed = The event is postponed. A new date will be told here; nothing is sold meanwhile.
closed-cancelled = The event has been cancelled. Whoever has paid gets the money back without asking.
closed-ended = Ticket sales have ended.

best-heading = The best seats together
best-quantity = How many
best-price = Price of a seat
best-any-price = Any price
best-up-to = up to { $price }
best-section = Where
best-any-section = Anywhere
best-button = Hold the best seats
list-heading = Choose from a list
list-section = Section
list-left = Available
list-price = Price
list-standing = free seating
section-none = none left
section-left = { $count ->
    [one] { $shown } seat
   *[other] { $shown } seats
}
section-not-on-sale = Seats of this event cannot be bought now.
back-to-house = Back to the event
back-to-checkout = Back to the checkout

seats-choose = { $count ->
    [one] Choose a seat.
   *[other] Choose up to { $count } seats.
}
area-free-seating = You choose your place when you are there.
seat-in-row = Row { $row }, seat { $number }
seat-alone = Seat { $number }
row-alone = Row { $row }
seat-available = available
seat-held = held by somebody
seat-booked = sold
seat-blocked = not for sale
seat-mine = yours
change-kept = Your other seats
hold-button = Hold these seats

hold-taken-title = Somebody was a moment faster
hold-taken-text = At least one of the seats has just gone to somebody else. Nothing was held; choose others.
hold-not-together-title = Not that many together
hold-not-together-text = { $count ->
    [0] There is no such seat left.
    [one] There is only { $count } such seat side by side.
   *[other] There are at most { $count } such seats side by side.
}
hold-too-many-title = That is too many at once
hold-too-many-text = { $count ->
    [one] One order has at most { $count } seat.
   *[other] One order has at most { $count } seats.
}
hold-buyer-limit-title = You have as many as one may have
hold-buyer-limit-text = { $count ->
    [one] One person may have { $count } seat of this event, so that more people get one.
   *[other] One person may have { $count } seats of this event, so that more people get one.
}
hold-not-on-sale-title = Not on sale now
hold-not-on-sale-text = The event’s page says when tickets are sold.
hold-none-title = No seat was chosen
hold-none-text = Tick the seats that you want, or say how many.
offer-best = { $count ->
    [one] Hold the best seat there is
   *[other] Hold the best { $count } together
}
