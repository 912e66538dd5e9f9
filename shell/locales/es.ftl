# La página alrededor de los fragmentos.
skip = Ir al contenido
nav-label = Menú principal
nav-home = Inicio
nav-live = En vivo
nav-wallet = Cartera
nav-promotions = Promociones
language = Idioma
theme = Cambiar entre claro y oscuro
title-home = La sala está abierta
title-wallet = Cartera
title-live = Mesas en vivo
title-promotions = Promociones
title-not-found = Esta página no existe
lead-home = Ruleta y bacará en vivo a todas horas. Todo con dinero ficticio.
slot-wallet = Cartera
slot-live = Mesas en vivo
slot-live-2 = Segunda mesa en vivo
slot-promotions = Promociones
not-found-text = La dirección no lleva a ninguna parte, o lo que había aquí se ha movido.
not-found-home = Volver a la sala
connection-lost = Se ha perdido la conexión. Seguimos intentándolo; lo que ves puede no estar al día.
page-failed = No se ha podido iniciar la página.
page-reload = Volver a cargar
no-script = Esta página necesita JavaScript.
footer-play = Solo dinero ficticio.
footer-no-value = No tiene valor y nunca se puede cobrar.
footer-care = Para mayores de edad. Haz pausas y déjalo mientras sea divertido.

# La tarjeta que sustituye a una parte que se ha parado.
card-title = { $name } se toma un descanso
card-unreachable = No se ha podido cargar esta parte de la página.
card-crashed = Esta parte de la página se ha parado varias veces seguidas.
card-refused = Lo recibido para esta parte no es auténtico, así que no se ha iniciado.
card-rest = El resto de la página sigue funcionando y tu dinero está a salvo.
card-balance = Último saldo conocido: { $amount } ({ $time })
card-retry = Reintentar
