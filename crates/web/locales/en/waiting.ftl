# The waiting room. Modules fill in what changes.

waiting-title = The waiting room
waiting-text = You are in. Everyone who comes before the sale begins has the same chance, however early.
waiting-no-reload = You need not reload this page; it stays up to date. Closing it does not cost you your place.
waiting-needs-script = The waiting room needs JavaScript to tell you your place.
waiting-place-heading = Your place
waiting-ahead-heading = Ahead of you
waiting-estimate-heading = About
waiting-joined-heading = Here with you
waiting-progress = How far the line has come
waiting-join = Join
waiting-leave = Give my place back
waiting-closed = The waiting room opens later. This page tells you when.
waiting-gathering = The sale begins in { $time }. Everyone who is here then is drawn by lot: coming earlier is no advantage.
waiting-drawing = The order is being drawn now.
waiting-serving = The sale has begun. You are called when it is your turn.
waiting-called = It is your turn. We take you to the seats.
waiting-next = It is your turn as soon as somebody leaves. Stay here, please.
waiting-late = The draw is over; you follow behind those who were drawn.
waiting-over = There is no line any more.
waiting-sold-out = Everything is sold or held just now. Seats that are not paid for come back: stay, if you like.
waiting-minutes-one = { $count } minute
waiting-minutes-other = { $count } minutes
waiting-under-a-minute = less than a minute
waiting-beacon = The order follows from public randomness that nobody could know before: anyone can check the draw.
waiting-operator = The organiser could have influenced the order; it cannot be verified from outside.
waiting-offline = The connection is lost. Your place is kept; this page goes on by itself.
