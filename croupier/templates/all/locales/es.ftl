# The name of the page, in the navigation and above it.
title = {{title}}
hello = Hola, { $name }. Aquí se ve quién juega y dónde.
hello-visitor = Quién juega y dónde, ahora mismo.
refresh = Actualizar
loading = Cargando
seated = { $count ->
    [one] { $count } persona en las mesas
    [many] { $count } de personas en las mesas
   *[other] { $count } personas en las mesas
}
at-table = { $count ->
    [one] { $count } asiento ocupado
    [many] { $count } de asientos ocupados
   *[other] { $count } asientos ocupados
}
dealt-by = Reparte { $dealer }
none = No hay mesas abiertas
none-text = Cuando se abra una mesa, aparecerá aquí.
failed = Las mesas no responden ahora. Inténtalo de nuevo en un momento.
