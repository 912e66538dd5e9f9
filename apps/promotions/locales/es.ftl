# Everywhere
promotions = Promociones
promotions-text = Todo con dinero ficticio. Cada condición está en la tarjeta.
loading = Cargando
try-again = Reintentar
stale = Las promociones no responden en este momento. Así estaban a las { $time }.
offers-failed = Ahora no se pueden mostrar las promociones
offers-failed-text = Tu progreso está a salvo. Seguimos intentándolo.
offers-empty = No hay promociones por ahora
offers-empty-text = Las nuevas promociones aparecerán aquí.

# The card
reward-bonus = en bono
reward-cash = en efectivo
conditions = Condiciones
wagering = Requisito de apuesta
wagering-none = Ninguno
wagering-times = { $times } × el bono
contribution = Contribución
contribution-of = Ruleta { $roulette }, bacará { $baccarat }
min-deposit = Ingreso mínimo
min-deposit-none = No hace falta
max-bet = Apuesta máxima
max-win = Ganancia máxima
expires = Termina
eligible = Quién puede participar
full-terms = Términos completos
progress = Progreso
progress-of = { $current } de { $target }
state-offered = Disponible
state-active = Participando
state-earned = Conseguido
state-claimed = Cobrado
state-expired = Terminado

# Taking part
accept = He leído y acepto los términos, versión { $version }.
accept-first = Acepta los términos para participar.
opt-in = Participar
claim = Cobrar { $amount }
credited = { $amount } ya está en tu monedero.

# What can go wrong
offer-moved-on = Esta promoción ha cambiado entretanto. La tarjeta ya muestra tu situación.
terms-changed = Los términos tienen una nueva versión. Léela y acéptala para participar.
not-eligible = Ahora no puedes participar en esta promoción.
offer-gone = Esta promoción ya no existe.
signed-out = Has cerrado la sesión. Inicia sesión e inténtalo de nuevo.
no-answer = No hubo respuesta. Reintenta: no puede ocurrir dos veces.
unavailable = No ha funcionado en este momento. Inténtalo de nuevo en unos instantes.
