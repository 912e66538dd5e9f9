panic = إحداث عطل
