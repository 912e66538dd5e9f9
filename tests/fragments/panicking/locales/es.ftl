panic = Provocar un fallo
