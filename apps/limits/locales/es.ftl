# Everywhere
limits = Límites y pausas
limits-text = Decide de antemano con cuánto dinero y tiempo juegas. Lo más estricto vale al momento; lo menos estricto necesita un día y una segunda confirmación.
loading = Cargando
try-again = Reintentar
back = Volver
save = Guardar
visitor = Los límites son de cada jugador
visitor-text = Inicia sesión o juega con un jugador de prueba para ver y fijar los tuyos.
sign-in = Elegir cómo jugar
stale = Los límites no responden ahora. Así estaban a las { $time }.
limits-failed = No se pueden mostrar tus límites
limits-failed-text = Siguen en vigor. Seguimos intentándolo, y tú también puedes.
unavailable = No ha funcionado. Inténtalo de nuevo en un momento.
no-answer = No hubo respuesta y aún no sabemos si se guardó. Reintentar es seguro.
signed-out = Tu sesión está cerrada. Inicia sesión e inténtalo de nuevo.
conflict = Esto ha cambiado entretanto. Míralo de nuevo.
value-refused = Este valor no es posible. Elige otro.
break-conflict = Ya hay una pausa más larga en vigor.

# The limits
kind-deposit = Ingresos
kind-deposit-text = Lo que ingresas.
kind-loss = Pérdidas
kind-loss-text = Lo que apuestas menos lo que ganas.
kind-stake = Apuestas
kind-stake-text = Todo lo que apuestas, ganes o pierdas.
kind-time = Tiempo
kind-time-text = Cuánto tiempo juegas.
per-day = por día
per-week = por semana
per-month = por mes
no-limit = sin límite
set = Fijar
change = Cambiar
used = Usado
used-of = { $used } de { $limit }, de nuevo el { $when }
used-so-far = { $used } hasta ahora
amount-label = Nuevo límite
minutes-label = Nuevo límite en minutos
amount-empty = Escribe un importe.
amount-not-a-number = Escribe el importe en cifras, como 25 o 12,50.
amount-too-fine = Esta moneda tiene menos decimales.
amount-too-large = Es demasiado grande.
minutes-empty = Escribe un número de minutos.
minutes-not-a-number = Escribe minutos enteros en cifras, como 90.
effect-hint = Un límite más bajo se aplica de inmediato. Uno más alto se puede confirmar pasadas 24 horas.
effect-nothing = Ese ya es tu límite.
effect-at-once = { $limit } se aplicará de inmediato.
effect-later = { $limit } es más alto: podrás confirmarlo pasadas 24 horas y hasta entonces vale el límite actual.
remove-limit = Quitar el límite
limit-holds = Guardado. Desde ahora: { $limit }.
increase-asked = Anotado. Podrás confirmarlo a partir del { $when }; hasta entonces vale el límite actual.
increase-waits = Solicitado: { $limit }. Podrás confirmarlo a partir del { $when }; hasta entonces vale el límite actual.
increase-ripe = Solicitado: { $limit }. Vale en cuanto lo confirmes.
increase-confirm = Confirmar el límite más alto
increase-cancel = Mantener el límite actual
increase-cancelled = Se mantiene el límite actual.

# The reality check
check = Aviso de tiempo de juego
check-text = Pasado este tiempo en las mesas verás cuánto llevas jugando y con qué resultado. La próxima apuesta espera tu respuesta.
check-interval = Tiempo entre avisos
check-saved = Guardado: un aviso cada { $time }.

# Breaks
break = Tomar una pausa
break-text = Sin apuestas, ingresos ni promociones por un tiempo. Puedes retirar en todo momento.
break-length = Duración de la pausa
take-break = Tomar una pausa
length-day = 24 horas
length-week = 1 semana
length-month = 1 mes
length-six-weeks = 6 semanas
break-question = ¿Tomar una pausa de { $length }?
break-yes = Parar durante { $length }
exclusion = Autoexclusión
exclusion-text = Si jugar no te hace bien, puedes autoexcluirte durante medio año o más.
exclusion-length = Duración de la autoexclusión
exclude = Autoexcluirme
months =
    { $count ->
        [one] 1 mes
        [many] { $count } de meses
       *[other] { $count } meses
    }
years =
    { $count ->
        [one] 1 año
        [many] { $count } de años
       *[other] { $count } años
    }
exclusion-question = ¿Autoexcluirte durante { $length }?
exclusion-yes = Autoexcluirme durante { $length }
consequences = Esto es lo que pasará:
consequence-now = Las apuestas, los ingresos y las promociones se bloquean al momento, en todas las ventanas y dispositivos.
consequence-open = Las apuestas abiertas se liquidan y puedes retirar tu dinero en cualquier momento.
consequence-final = No se puede deshacer ni acortar, ni siquiera por nosotros.
blocked-time-out = Estás en pausa hasta el { $when }. Las apuestas, los ingresos y las promociones están bloqueados; puedes retirar en cualquier momento.
blocked-excluded = Te has autoexcluido hasta el { $when }. Las apuestas, los ingresos y las promociones están bloqueados; puedes retirar en cualquier momento.
