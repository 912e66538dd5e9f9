panic = Panic
