# The live seat map and the choosing of seats. Messages that end in -one and -other say how many:
# the page picks one by { $count }.

## The map

map-label = Seat map
map-how = Arrow keys move from section to section, and from seat to seat once seats are shown. Enter opens a section or chooses a seat. Plus and minus zoom, Escape shows the whole house. The same seats can be chosen from lists below the map.
map-tools = Map view
map-zoom-in = Zoom in
map-zoom-out = Zoom out
map-fit = Show the whole house
map-overview = The whole house
map-no-map = The seat map did not load. You can choose your seats from the lists, or reload the page to try again.
map-line-lost = Connection lost. The map may be out of date; we keep trying to reconnect.
map-line-back = Back online. The map is up to date.
map-close = Close
map-fewer = Fewer
map-more = More

## What is where

map-row-row = row { $row }
map-row-table = table { $row }
map-row-box = box { $row }
map-seat-number = seat { $number }
map-seats-numbers = seats { $numbers }
map-row-and-seat = { $row }, { $seat }
map-place = Standing place
map-status-available = available
map-status-chosen = chosen by you
map-status-ours = held for you
map-status-held = held by someone else
map-status-booked = sold
map-status-blocked = not for sale
map-block-from = from { $price }
map-block-left-one = { $count } left
map-block-left-other = { $count } left
map-block-none = None left
map-section-none = { $section }, none left
map-section-how = Choose it to see its seats.
map-area-how = Standing, no numbered seats: you choose how many.
map-area-choose = Choose how many
map-choose = Choose this seat
map-remove = Put it back

## Legend

map-legend = Prices
map-legend-how = All fees included. Tap a price to hide or show its seats.
map-price-range = { $from } to { $to }
map-show-all = Show all prices
map-legend-mine = Yours
map-legend-held = Held by others
map-legend-booked = Sold
map-legend-blocked = Not for sale

## Best seats

map-best = Let us pick
map-best-quantity = How many
map-best-price = Price each
map-best-any-price = Any price
map-best-up-to = Up to { $price }
map-best-section = Where
map-best-anywhere = Anywhere
map-best-hold-one = Hold the best seat ({ $count })
map-best-hold-other = Hold the { $count } best together
map-best-most-one = Only single seats are left that fit your wishes. A higher price or another section may help.
map-best-most-other = There are at most { $count } left side by side that fit your wishes. A higher price or another section may help.
map-best-none = Nothing is left that fits these wishes. A higher price or another section may help.
map-best-apart-one = Hold { $count } all the same
map-best-apart-other = Hold { $count } apart

## General admission

map-areas = Standing
map-area-quantity = Places in { $area }
map-area-hold-one = Hold { $count } place
map-area-hold-other = Hold { $count } places
map-area-most-one = Just { $count } place is left here.
map-area-most-other = Just { $count } places are left here.
map-area-apart = Places in { $area } and chosen seats cannot be held in one go. Hold your seats first, or put them back and take the places.
map-area-instead-one = Put the seats back and hold { $count } place
map-area-instead-other = Put the seats back and hold { $count } places

## Basket

map-basket-empty = No seats chosen yet
map-basket-one = { $count } seat chosen
map-basket-other = { $count } seats chosen
map-basket-how-one = Tap a seat on the map. You can take { $count } seat per order.
map-basket-how-other = Tap seats on the map. You can take up to { $count } per order.
map-sum = Total { $price }
map-remove-seat = Remove { $seat }
map-removed = Removed: { $seat }
map-hold-one = Hold this seat for { $minutes } minutes
map-hold-other = Hold these { $count } seats for { $minutes } minutes
map-update = Update my seats
map-limit-one = { $count } seat per order is the most, so that there are enough for everyone. Remove it to choose another.
map-limit-other = { $count } seats per order is the most, so that there are enough for everyone. Remove one to choose another.
map-held-going-on = Held for you. On to the checkout.
map-waiting = It is very busy just now. We are trying again for you; please keep this page open.
map-closed-scheduled = Tickets are not on sale yet. You are welcome to look around the house.
map-closed-sold-out = Every seat is sold. Now and then one comes back: this map shows it at once.
map-closed-sale-ended = The sale has ended.
map-closed-postponed = This event has been postponed. Tickets will be back when there is a new date.
map-closed-cancelled = This event has been cancelled.

## Seats held before

map-holding-one = You hold { $count } seat.
map-holding-other = You hold { $count } seats.
map-time-left = { $time } left
map-holding-continue = Continue to checkout
map-holding-change = Change these seats
map-holding-also-one = You also hold { $count } seat: to the checkout
map-holding-also-other = You also hold { $count } seats: to the checkout
map-holding-let-go = Let go
map-let-go-done = Your seats are free again. Thank you for giving them back.
map-changing-one = You are changing { $count } held seat.
map-changing-other = You are changing { $count } held seats.
map-changing-back = Keep them as they are
map-hold-over = The time for your held seats has run out, so they are free again. Choose new ones whenever you like.

## Seats lost to others

map-lost-one = Sorry, { $seats } has just gone to someone else.
map-lost-other = Sorry, these have just gone to someone else: { $seats }.
map-lost-offer = The nearest alternative: { $seats }, { $price } in all.
map-lost-offer-apart = There is nothing side by side near by, but these are free: { $seats }, { $price } in all.
map-lost-none = There is no equal set left, but other seats on the map may suit you.
map-lost-take-one = Hold this seat instead
map-lost-take-other = Hold these { $count } instead
map-lost-keep = Keep looking

## When something goes wrong

map-problem-network = We cannot reach the box office. Please check your connection and try again; nothing is lost.
map-problem-unknown = Something went wrong on our side. Please try again in a moment.
map-problem-overloaded = Very many people are buying just now. Nothing was changed; please try again in a moment.
map-problem-store-unavailable = The box office is catching its breath. Nothing was changed; please try again in a moment.
map-problem-outcome-unknown = We do not know yet whether this went through. Press the button again: nothing will happen twice.
map-problem-rate-limited = That was a little fast for us. Please wait a moment and try again.
map-problem-not-on-sale = Tickets are not on sale at the moment.
map-problem-admission-required = This sale has a waiting room. Please join it first.
map-problem-buyer-limit-reached = You already have { $have } of at most { $limit } seats for this event.
map-problem-too-many-seats = At most { $limit } seats can be held at a time. Please remove some.
map-problem-unknown-seat = The seat plan has changed. Please reload the page.
map-problem-unknown-event = This event is no longer here.
map-problem-code-required = These seats need an access code.
map-problem-reservation-expired = The time for your held seats has run out. Please choose again.
map-problem-reservation-not-found = We cannot find these held seats any more. Please choose again.
map-problem-payment-in-progress = A payment for these seats is under way, so they cannot be changed now.
map-problem-already-booked = These seats are already yours: they have been paid for.
