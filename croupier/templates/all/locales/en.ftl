# The name of the page, in the navigation and above it.
title = {{title}}
hello = Hello, { $name }. This is who plays where.
hello-visitor = Who plays where, right now.
refresh = Refresh
loading = Loading
seated = { $count ->
    [one] { $count } player at the tables
   *[other] { $count } players at the tables
}
at-table = { $count ->
    [one] { $count } seat taken
   *[other] { $count } seats taken
}
dealt-by = Dealt by { $dealer }
none = No table is open
none-text = A table that opens appears here.
failed = The tables do not answer right now. Try again in a moment.
