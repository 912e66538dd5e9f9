# Everywhere
title = Versiones
releases-text = Lo que han enviado los equipos, qué está en directo y sus interruptores. Lo que hagas aquí cambia las páginas abiertas en segundos.
loading = Cargando
try-again = Reintentar
back = Volver
stale = El registro no responde ahora. Así estaba a las { $time }.
unavailable = No ha funcionado. Inténtalo de nuevo en un momento.
no-answer = No hubo respuesta y no sabemos si se llevó a cabo. Mira cómo está antes de reintentar.
forbidden = Tu rol no te permite hacer esto.
stands-differently = Ya no está así. Míralo de nuevo.
slot-taken = Otro fragmento ocupa su lugar en la página. Su equipo debe enviar antes una versión en otro lugar. Mientras tanto, lo que cause daño se puede apagar.
not-understood = Otros en la página no lo entenderían. Su equipo debe enviar otra versión.
reason-refused = Este motivo no se puede anotar. Usa una línea sin caracteres de control.

# The door
door = ¿Quién está de turno?
door-text = Esta página es para operadores. Sus cuentas se crean en el servidor, con «gateway operator add».
email = Correo
password = Contraseña
show-password = Mostrar contraseña
hide-password = Ocultar contraseña
sign-in = Iniciar sesión
sign-out = Cerrar sesión
signed-out = Tu sesión ha terminado. Inicia sesión de nuevo.
sign-out-failed = El servidor aún no sabe que has cerrado la sesión. Iníciala y ciérrala de nuevo.
door-empty = Escribe correo y contraseña.
door-wrong = El correo o la contraseña no es correcto.
door-too-many = Demasiados intentos. Espera un cuarto de hora.
role-developer = Desarrollo
role-viewer = Consulta
role-support = Soporte
role-risk = Riesgo
role-admin = Administración
may-look = Puedes mirar. Apagar y revertir requiere el rol «risk»; lo demás, el rol «admin».
may-stop = Puedes apagar y revertir. Encender y poner en directo requiere el rol «admin».

# The fragments
releases-failed = No se pueden mostrar las versiones
releases-failed-text = Las páginas siguen mientras tanto. Seguimos intentándolo, y tú también puedes.
nothing = Ningún fragmento
nothing-text = Ni la sala ni ningún equipo ha traído uno.
fragments = Fragmentos
stands-live = En directo
stands-off = Apagado
stands-nothing = No está en directo
live = Versión en directo
previous = Se revierte a
none = ninguna
since = desde { $when }
off-because = Apagado por { $who } el { $when }: { $reason }
of-fragment = { $fragment } { $version }
kill = Apagar
revive = Encender
rollback = Revertir
promote = Poner en directo
published =
    { $count ->
        [one] 1 versión publicada
        [many] { $count } de versiones publicadas
       *[other] { $count } versiones publicadas
    }
published-by = { $who }, { $when }

# The questions
kill-question = ¿Apagar { $fragment }?
kill-text = Desaparece de todas las páginas abiertas en segundos y nadie lo carga hasta que se encienda de nuevo, se publique lo que se publique.
kill-yes = Apagar para todos
kill-done = { $fragment } está apagado.
revive-question = ¿Encender { $fragment }?
revive-text = Las páginas abiertas vuelven a cargar su versión en directo en segundos.
revive-yes = Encender para todos
revive-done = { $fragment } está encendido de nuevo.
rollback-question = ¿Revertir { $fragment }?
rollback-text = La versión { $version } vuelve a estar en directo y las páginas abiertas cambian a ella. La actual sigue publicada.
rollback-yes = Volver a { $version }
rollback-done = { $fragment } ha vuelto a { $version }.
promote-question = ¿Poner { $fragment } { $version } en directo?
promote-text = Las páginas abiertas cambian a ella en cuanto los jugadores no pierdan nada. Lo que está ahora en directo será a lo que se revierta.
promote-yes = Poner { $version } en directo
promote-done = { $fragment } { $version } está en directo.
reason = ¿Por qué?
reason-hint = Otros operadores y el equipo lo leen en el historial.
reason-empty = Di por qué.
reason-long = Dilo en 300 caracteres.

# The history
history = Historial
history-of = De
history-all = todos los fragmentos
history-empty = Aún nada
history-empty-text = Lo que se publique, ponga en directo, revierta o apague aparece aquí.
history-failed = No se puede mostrar el historial
earlier = Anteriores
the-floors = la versión de la sala
did-publish = { $who } publicó { $fragment } { $version }
did-promote = { $who } puso { $fragment } { $version } en directo
did-rollback = { $who } revirtió { $fragment } a { $version }
did-kill = { $who } apagó { $fragment }
did-revive = { $who } encendió { $fragment }

# Canaries
canary = Canario
canary-by = { $who }, desde { $when }
canary-share = Lo ven
share-of = { $share } de { $of } dispositivos
share-in = { $share }, solo en { $markets }
end-canary = Terminar el canario
end-canary-question = ¿Terminar el canario de { $fragment }?
end-canary-text = Quienes lo ven vuelven a la versión en directo en segundos. Sigue publicada.
end-canary-yes = Mostrar a todos la versión en directo
end-canary-done = Todos ven de nuevo { $fragment } { $version }.
did-canary = { $who } muestra { $fragment } { $version } a { $share }
did-end-canary = { $who } terminó el canario { $fragment } { $version }
the-gateway = La pasarela
crashed-of = { $crashes } de { $mounts } arranques fallaron
evidence = Indicios de que va peor
evidence-of = { $percent } de lo que lo termina
untold = Aún no se sabe cómo va.
unjudged = No se evalúa: no hay ninguna versión en directo con la que compararlo.
told-since = Desde que empezó el canario
told-day = En las últimas 24 horas
half-within = La mitad de los arranques en
nine-within = 9 de cada 10 arranques en

# Cómo van
health = Estado
health-span = Durante
span-day = 24 horas
span-week = 7 días
span-month = 30 días
health-empty = Nada comunicado
health-empty-text = Ninguna página ha informado de él en este tiempo. Aparece aquí segundos después de que alguien lo tenga en una página.
health-failed = No se puede mostrar cómo va
health-mounts = Arranques
health-crashes = Arranques que fallaron
health-degraded = Arranques degradados
health-failed-loads = Cargas fallidas
health-mount-ms = Tiempo de arranque, ms
health-poor = Páginas deficientes
whole-mounts = { $n }
whole-crashes = { $n } de { $mounts }
whole-degraded = { $n } de { $mounts }
whole-failed-loads = { $n }
whole-mount-ms = 9 de cada 10 en { $n } ms
whole-poor = { $n } de { $pages }
plot-words = { $what }, máximo: { $when }
health-changes = Línea discontinua donde otra versión pasó a estar en directo: { $changes }
as-table = Como tabla
health-when = Desde
health-release = Pasó a directo

# Inspections
inspect = Inspeccionar páginas
inspect-done = Durante ocho horas cada página de este navegador trae el inspector: Ctrl Alt I lo abre y lo cierra.
inspect-open = Abrir la sala con él
