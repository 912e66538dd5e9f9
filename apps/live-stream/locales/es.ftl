# The lobby
lobby-title = Mesas en vivo
lobby-lead = Crupieres reales, rondas reales, dinero ficticio.
all-tables = Todas las mesas
lobby-offline = El estudio no responde desde las { $time }. Así estaban las mesas en ese momento; la página se recupera sola.
lobby-empty = Todavía no hay mesas
lobby-empty-hint = En cuanto el estudio abra una mesa, aparecerá aquí.
lobby-error = No se pueden cargar las mesas
lobby-error-hint = Seguimos intentándolo. Tu monedero y tus promociones funcionan con normalidad.
try-again = Reintentar
loading = Cargando
live = En vivo
offline = Sin conexión
roulette = Ruleta
baccarat = Bacará
limits = { $min } – { $max }
seated =
    { $count ->
        [one] { $count } jugador
        [many] { $count } de jugadores
       *[other] { $count } jugadores
    }

# The table
dealer = Crupier { $name }
table-missing = Esta mesa no existe
table-missing-hint = Puede que haya cerrado. Echa un vistazo a las demás.
second-table-open = Añadir otra mesa
second-table-close = Cerrar esta mesa
connecting = Conectando con el estudio…
feed-lost = Se ha perdido la conexión con el estudio a las { $time }. Tus apuestas están a salvo: las aceptadas siguen en pie y la ronda se liquida igualmente. Estamos reconectando.
video = Vídeo en directo de la mesa
still = Imagen fija
video-frozen = Vídeo detenido, el juego sigue
video-lag = { $seconds } s de retraso

# The round
time-left = Tiempo restante
phase-open = Hagan sus apuestas
phase-closing = Últimas apuestas
phase-closed = No va más
phase-spinning = La bola está girando
phase-dealing = Se reparten las cartas
phase-result = Resultado
phase-settled = Apuestas liquidadas
phase-cancelled = Ronda anulada
phase-unknown = Esperando al estudio
announce-open =
    { $count ->
        [one] Hagan sus apuestas, { $count } segundo
        [many] Hagan sus apuestas, { $count } de segundos
       *[other] Hagan sus apuestas, { $count } segundos
    }
announce-left =
    { $count ->
        [one] Queda { $count } segundo
        [many] Quedan { $count } de segundos
       *[other] Quedan { $count } segundos
    }
round-cancelled = Esta ronda se ha anulado. Se devuelven todas las apuestas.
paid-cancelled = Apuestas devueltas: { $amount }
paid-won = Has ganado { $won } con { $staked } apostados
paid-lost = Esta ronda no hay premio. Apostaste { $staked }

# Betting
my-bets = Mis apuestas
balance = Para apostar
chip-to-bet = Ficha para apostar
undo = Deshacer
clear = Borrar
double = Doblar
repeat = Repetir
visitor = Estás viendo la mesa como invitado.
sign-in = Inicia sesión para apostar
message-sign-in = Inicia sesión primero y después apuesta.
message-limits = En cada casilla se puede apostar entre { $min } y { $max }.
message-no-feed = Sin conexión con el estudio: no se ha apostado nada.
message-no-launch = Ahora mismo no se puede apostar. No se ha apostado nada; seguimos intentándolo.
message-unconfirmed = Tu última apuesta no se confirmó antes de perder la conexión. El historial de tu monedero muestra lo que cuenta.
message-round-closed = Demasiado tarde: ya no se admiten apuestas en esta ronda.
message-insufficient-funds = Tu saldo no alcanza para esta apuesta.
message-player-limit = Tus límites no permiten esta apuesta ahora. El monedero dice por qué.
message-wallet-unavailable = Tu monedero no respondió a tiempo. La apuesta se ha retirado.
message-refused = La mesa no ha aceptado esta apuesta.
cloth = Tapete de apuestas
spot = { $spot }, paga { $pays } a 1
spot-staked = { $spot }, paga { $pays } a 1, tu apuesta { $stake }

# Roulette
last-numbers = Últimos números
number-zero = Cero { $number }
number-red = Rojo { $number }
number-black = Negro { $number }
spot-red = Rojo
spot-black = Negro
spot-odd = Impar
spot-even = Par
spot-range = { $first } – { $last }
spot-column = Columna { $number }
spot-split = Caballo { $numbers }
spot-street = Calle { $numbers }
spot-corner = Cuadro { $numbers }
spot-line = Línea { $numbers }
more-bets = Más apuestas
splits = Caballos
streets = Calles
corners = Cuadros
lines = Líneas

# Baccarat
player = Jugador
banker = Banca
tie = Empate
player-pair = Pareja jugador
banker-pair = Pareja banca
player-initial = J
banker-initial = B
tie-initial = E
odds = { $pays } a 1
odds-banker = 0,95 a 1
spot-odds = { $spot }, paga { $odds }
spot-odds-staked = { $spot }, paga { $odds }, tu apuesta { $stake }
bead-road = Camino de perlas
player-wins = Gana jugador, { $player } a { $banker }
banker-wins = Gana banca, { $banker } a { $player }
tie-wins = Empate, { $player } a { $banker }
