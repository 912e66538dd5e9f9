# Everywhere
wallet = Monedero
play-money = Dinero ficticio
loading = Cargando
try-again = Reintentar
back = Volver
unavailable = No ha funcionado en este momento. Inténtalo de nuevo en unos instantes.
no-connection = No hay conexión. Comprueba tu red e inténtalo de nuevo.
too-many = Demasiados intentos. Espera un minuto.

# Getting in and out
welcome = Toma asiento
welcome-text = Mesas en vivo con dinero ficticio. No se paga nada y solo se gana la partida.
play-demo = Jugar con un jugador de prueba
demo-text = Un clic: un jugador nuevo con dinero ficticio, sin pedir datos.
or = o
account = Tu cuenta
sign-in = Iniciar sesión
sign-up = Registrarse
sign-out = Cerrar sesión
create-account = Crear cuenta
sign-in-wanted = Primero elige cómo jugar: el jugador de prueba está a un clic.
name = Nombre
email = Correo electrónico
password = Contraseña
password-hint = Al menos 8 caracteres.
show-password = Mostrar la contraseña
hide-password = Ocultar la contraseña
name-invalid = Escribe un nombre de 1 a 40 caracteres.
email-invalid = Escribe una dirección como nombre@example.com.
password-invalid = Usa entre 8 y 200 caracteres.
password-missing = Escribe tu contraseña.
email-taken = Esta dirección ya tiene una cuenta. Inicia sesión.
wrong-credentials = El correo o la contraseña no son correctos.
account-locked = Esta cuenta está bloqueada. Escribe a soporte.
signed-out = Has cerrado la sesión. Inicia sesión e inténtalo de nuevo.
demo = Prueba

# The balance
cash = Saldo
bonus = Bono
bonus-hint = El bono se puede apostar, pero no retirar.
held = Apartado
held-hint = Apartado para retiradas que aún revisamos.
balance-announcement = Tu saldo es ahora { $balance }.
balance-failed = Ahora no se puede mostrar tu saldo. Tu dinero está a salvo y seguimos intentándolo.
stale-down = El monedero no responde en este momento. Este saldo es de { $age }.
stale-offline = Estás sin conexión. Este saldo es de { $age }.

# The gaming session
session-time = Tiempo de juego
session-net = Ganado o perdido
limits = Límites y pausas
block-time-out = Estás en pausa hasta el { $when }. Las apuestas, los ingresos y las promociones están bloqueados; puedes retirar en cualquier momento.
block-excluded = Te has autoexcluido hasta el { $when }. Las apuestas, los ingresos y las promociones están bloqueados; puedes retirar en cualquier momento.
refused-loss = Tu última apuesta se rechazó por tu límite de pérdidas ({ $period }) de { $limit }. Hasta el { $when } te queda { $left }.
refused-stake = Tu última apuesta se rechazó por tu límite de apuestas ({ $period }) de { $limit }. Hasta el { $when } te queda { $left }.
refused-time = Tu última apuesta se rechazó por tu límite de tiempo ({ $period }) de { $limit }. Hasta el { $when } te queda { $left }.
limit-day = día
limit-week = semana
limit-month = mes

# The reality check
check-title = Es momento de mirar el reloj
check-text = Este aviso llega con el intervalo fijado en tus límites. Podrás volver a apostar en cuanto continúes.
check-time = Tiempo de juego
check-net = Ganado o perdido
check-continue = Seguir jugando
check-history = Ver el historial
check-leave = Parar y cerrar sesión
check-failed = No se pudo enviar y la próxima apuesta depende de ello. Inténtalo de nuevo.
check-waiting = Te espera un aviso de tiempo de juego. Podrás volver a apostar cuando lo respondas.
check-open = Responder

# Paying in and out
move-money = Ingresar o retirar
deposit = Ingresar
withdraw = Retirar
deposit-amount = Importe a ingresar
withdraw-amount = Importe a retirar
withdraw-hint = Disponible: { $available }
quick-amounts = Importes rápidos
amount-empty = Escribe un importe.
amount-not-a-number = Escribe el importe en cifras, como 25 o 12,50.
amount-too-fine = Esta moneda no admite tantos decimales.
amount-too-large = El importe es demasiado grande.
amount-zero = El importe debe ser mayor que cero.
amount-refused = Este importe no es posible. Elige otro.
insufficient-funds = Puedes retirar como máximo { $available }.
limit-reached = Superaría un límite. Elige un importe menor.
deposit-hint = Tu límite de ingresos ({ $period }): quedan { $left } de { $limit } hasta el { $when }.
deposit-limit = Superarías tu límite de ingresos ({ $period }) de { $limit }. Hasta el { $when } puedes ingresar { $left }.
play-blocked = Durante tu pausa no se pueden hacer ingresos.
confirm-title = ¿Retirar { $amount }?
confirm-text = Una retirada no se puede deshacer.
confirm-submit = Retirar { $amount }
deposit-done = Has ingresado { $amount }. Tu saldo es { $balance }.
withdraw-done = Has retirado { $amount }. Tu saldo es { $balance }.
withdraw-held = Hemos apartado { $amount }. Revisamos la retirada y después la pagamos. Tu saldo es { $balance }.
unsure-deposit = No hubo respuesta y aún no sabemos si se ingresaron { $amount }. Reintentar es seguro: no puede ocurrir dos veces.
unsure-withdraw = No hubo respuesta y aún no sabemos si se retiraron { $amount }. Reintentar es seguro: no puede ocurrir dos veces.
leave-it = Dejarlo así

# The history
history = Historial
latest = Lo último
open-wallet = Historial completo
filter-kind = Tipo
filter-period = Periodo
filter-all = Todo
filter-deposits = Ingresos
filter-withdrawals = Retiradas
filter-bets = Apuestas
filter-wins = Ganancias
filter-bonus = Bonos
period-day = 24 horas
period-week = 7 días
period-month = 30 días
period-all = Siempre
kind-deposit = Ingreso
kind-withdrawal = Retirada
kind-bet = Apuesta
kind-win = Ganancia
kind-rollback = Apuesta devuelta
kind-bonus = Bono
kind-promo-payout = Regalo del estudio
kind-paid-out = Retirada pagada
kind-returned = Retirada devuelta
total-in = Entradas { $amount }
total-out = Salidas { $amount }
balance-after = Saldo posterior:
show-more = Mostrar más
history-empty = Aún no hay nada
history-empty-text = Los ingresos, apuestas y ganancias aparecerán aquí al momento.
history-failed = No se puede mostrar el historial
history-failed-text = No se ha perdido nada. Seguimos intentándolo y tú también puedes.
