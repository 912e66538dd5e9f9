# Everywhere
account = Tu cuenta
account-text = Tus datos, tu contraseña, dónde has iniciado sesión y qué guardamos sobre ti.
loading = Cargando
try-again = Reintentar
back = Volver
unavailable = No ha funcionado. Inténtalo de nuevo en un momento.
no-connection = No hay conexión. Comprueba tu red e inténtalo de nuevo.
too-many = Demasiados intentos. Espera un minuto.
stale = Tu cuenta no responde ahora. Así estaba a las { $time }.
account-failed = Tu cuenta no se puede mostrar ahora
account-failed-text = No se ha perdido nada. Seguimos intentándolo.

# Nobody is here
signed-out = Has cerrado la sesión
signed-out-text = Inicia sesión para ver tu cuenta.
session-ended-text = Esta sesión se cerró, aquí o en otro dispositivo. Inicia sesión para continuar.
sign-in = Iniciar sesión

# A demo player
demo-title = Juegas con un jugador de prueba
demo-text = Un jugador de prueba dura lo que dura esta sesión y no tiene datos ni contraseña. Para conservar una cuenta, cierra la sesión y crea una.

# Details
details = Datos
sign-in-email = Inicias sesión con
name = Nombre
contact-email = Correo para mensajes
contact-email-hint = Déjalo vacío si podemos escribirte a la dirección con la que inicias sesión.
phone = Teléfono
phone-hint = Con el prefijo del país, por ejemplo +34 912 345 678.
address = Dirección postal
address-hint = Tal como aparece en un sobre.
language = Idioma de nuestros mensajes
language-hint = El idioma de esta página se elige arriba.
language-any = Sin elegir
save = Guardar
saved = Tus datos están guardados.
member-since = Cuenta creada el { $date }
name-invalid = Escribe un nombre de 1 a 40 caracteres.
email-invalid = Escribe una dirección como nombre@example.com.
phone-invalid = Escribe + y de 7 a 15 cifras.
address-invalid = Escribe como máximo 8 líneas y 300 caracteres.
details-newer = Estos datos se cambiaron en otra pestaña o en otro dispositivo. Aquí aún no se ha guardado nada.
take-newer = Mostrar los nuevos
keep-mine = Guardar los míos

# Password
password = Contraseña
password-text = Al cambiarla se cierra tu sesión en todos los demás dispositivos.
current-password = Contraseña actual
new-password = Contraseña nueva
new-password-hint = Al menos 8 caracteres, y distinta de la actual.
show-password = Mostrar la contraseña
hide-password = Ocultar la contraseña
change-password = Cambiar la contraseña
password-changed = Tu contraseña ha cambiado. Se ha cerrado la sesión en todos los demás dispositivos.
current-password-wrong = Esta no es tu contraseña actual.
current-password-missing = Escribe tu contraseña actual.
new-password-invalid = Usa de 8 a 200 caracteres, y no tu contraseña actual.
password-too-many = Demasiados intentos. Espera un cuarto de hora.

# Where the player is signed in
sessions = Dónde has iniciado sesión
sessions-text = De cada sesión guardamos navegador, sistema y estas horas, y ninguna dirección de red.
device = { $browser } en { $system }
unknown-device = Dispositivo desconocido
this-device = Este dispositivo
active-now = ahora
session-times = Inicio { $begun } · última actividad { $seen }
sign-out = Cerrar sesión
end-session = Cerrar sesión en { $device }
sign-out-everywhere = Cerrar sesión en todas partes
confirm-title = ¿Cerrar sesión en todas partes?
confirm-text = Se cierra la sesión de inmediato en todos los dispositivos, también en este, y se abandonan las mesas abiertas. Las apuestas hechas se liquidan igualmente.

# What is held
export = Tus datos
export-text = Un archivo con todo lo que guardamos sobre ti: cuenta, sesiones, cada movimiento de tu monedero, promociones y mesas.
export-download = Descargar como archivo
export-begun = Tu descarga ha comenzado.
export-later = Puedes descargarlo otra vez a las { $time }.
