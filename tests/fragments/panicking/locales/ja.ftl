panic = パニックを起こす
