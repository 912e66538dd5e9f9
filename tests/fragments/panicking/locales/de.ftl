panic = Absturz auslösen
