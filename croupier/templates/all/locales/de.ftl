# The name of the page, in the navigation and above it.
title = {{title}}
hello = Hallo, { $name }. Hier steht, wer wo spielt.
hello-visitor = Wer gerade wo spielt.
refresh = Neu laden
loading = Wird geladen
seated = { $count ->
    [one] { $count } Person an den Tischen
   *[other] { $count } Personen an den Tischen
}
at-table = { $count ->
    [one] { $count } Platz belegt
   *[other] { $count } Plätze belegt
}
dealt-by = Dealer: { $dealer }
none = Kein Tisch ist offen
none-text = Sobald ein Tisch öffnet, steht er hier.
failed = Die Tische antworten gerade nicht. Bitte gleich noch einmal versuchen.
