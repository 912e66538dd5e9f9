# الصفحة المحيطة بالأجزاء
skip = انتقل إلى المحتوى
nav-label = القائمة الرئيسية
nav-home = الرئيسية
nav-live = مباشر
nav-wallet = المحفظة
nav-promotions = العروض
language = اللغة
theme = التبديل بين الفاتح والداكن
title-home = الصالة مفتوحة
title-wallet = المحفظة
title-live = الطاولات المباشرة
title-promotions = العروض
title-not-found = هذه الصفحة غير موجودة
lead-home = روليت وباكارات مباشرة على مدار الساعة. كل شيء بنقود اللعب.
slot-wallet = المحفظة
slot-live = الطاولات المباشرة
slot-live-2 = الطاولة المباشرة الثانية
slot-promotions = العروض
not-found-text = هذا العنوان لا يؤدي إلى أي مكان، أو أن ما كان هنا قد نُقل.
not-found-home = العودة إلى الصالة
connection-lost = انقطع الاتصال. نواصل المحاولة؛ قد لا يكون ما تراه محدّثًا.
page-failed = تعذّر تشغيل الصفحة.
page-reload = إعادة التحميل
no-script = تحتاج هذه الصفحة إلى JavaScript.
footer-play = نقود لعب فقط.
footer-no-value = لا قيمة لها ولا يمكن صرفها أبدًا.
footer-care = للبالغين. خذ فترات راحة وتوقف ما دام الأمر ممتعًا.

# البطاقة التي تحل محل جزء توقف
card-title = { $name }: استراحة قصيرة
card-unreachable = تعذّر تحميل هذا الجزء من الصفحة.
card-crashed = توقف هذا الجزء من الصفحة عدة مرات متتالية.
card-refused = ما وصل لهذا الجزء ليس أصليًا، لذلك لم يُشغَّل.
card-rest = كل ما عدا ذلك في الصفحة يعمل، وأموالك في أمان.
card-balance = آخر رصيد معروف: { $amount } ({ $time })
card-retry = حاول مرة أخرى
