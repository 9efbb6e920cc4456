# ruff: noqa: E501, SIM905  (word lists are easier to read and to extend as one string)
"""
The words of generated pages: menus, actions, labels, names and prose, in several languages.
"""

from __future__ import annotations

from random import Random

NAV = (
    "Home|About|About us|Services|Products|Pricing|Blog|Contact|Contact us|Features|Portfolio|Team|Support|Docs|"
    "Documentation|FAQ|Help|Shop|Store|News|Events|Careers|Partners|Resources|Community|Download|Downloads|Solutions|"
    "Company|Gallery|Testimonials|Clients|Projects|Work|Press|Login|Sign up|Overview|Tutorials|Examples|API|Reference|"
    "Changelog|Guides|Getting started|Learn|Courses|Customers|Enterprise|Integrations|Status|Roadmap|Explore|Discover|"
    "Categories|New arrivals|Sale|Men|Women|Kids|Sports|Business|Culture|Opinion|Science|Travel|World|Politics|Forum|"
    "Wiki|Packages|Releases|Bugs|Mailing lists|Index|Modules|Contents|Search|Menu|Archive|Sitemap|Account|My account"
).split("|")
SIDE = (
    "Dashboard|Analytics|Reports|Users|Orders|Products|Customers|Invoices|Messages|Inbox|Calendar|Tasks|Projects|Teams|"
    "Settings|Profile|Billing|Notifications|Security|Integrations|API keys|Charts|Tables|Forms|Components|Utilities|"
    "Pages|Layouts|Widgets|Maps|Files|Documents|Media|Library|Favorites|Recent|Shared|Trash|Activity|Logs|Help|Support|"
    "Log out|Sign out|Overview|Inventory|Payments|Payouts|Campaigns|Audience|Automation|Transactions|Wallet|Cards|"
    "Collapse|Buttons|Icons|Typography|Colors|Authentication|Login|Register|Forgot password|Blank page|Error 404|"
    "Data tables|Editors|Plugins|Backups|Roles|Permissions|Webhooks|Domains|Deployments|Environment|Monitoring"
).split("|")
FOOT = (
    "About us|Our story|Careers|Press|Blog|Contact|Privacy policy|Privacy|Terms of service|Terms|Terms of use|Cookies|"
    "Cookie settings|Legal|Imprint|Accessibility|Sitemap|Help center|FAQ|Support|Shipping|Returns|Refund policy|Status|"
    "Developers|API|Documentation|Guides|Tutorials|Community|Forum|Partners|Affiliates|Investors|Newsroom|Security|"
    "Gift cards|Store locator|Track order|Size guide|Features|Pricing|Integrations|Changelog|Roadmap|Download|"
    "Twitter|Facebook|Instagram|LinkedIn|GitHub|YouTube|Brand|Media kit|Jobs|Team|Locations|Customers|License"
).split("|")
FOOT_TITLES = (
    "Company|Product|Products|Resources|Support|Legal|About|Useful links|Quick links|Links|Follow us|Contact|Social|"
    "Help|Information|Customer service|My account|Explore|Community|Get in touch|Our services|Navigation|Locations"
).split("|")
#: Wording that makes a button of a button-looking thing; LINK_ACTIONS make a link of it.
ACTIONS = (
    "Save|Save changes|Submit|Search|Cancel|Delete|Log in|Login|Sign in|Sign up|Register|Create account|Send|"
    "Send message|Subscribe|Apply|Reset|Update|Add|Add to cart|Add item|Add user|New|Create|Create project|Upload|"
    "Import|Export|Edit|Remove|Close|Confirm|OK|Continue|Next|Back|Done|Filter|Sort|Refresh|Invite|Follow|Like|Reply|"
    "Post|Publish|Share|Copy|Print|Connect|Disconnect|Enable|Disable|Accept|Decline|Go|Load more|Show more|Retry|"
    "Check out|Place order|Pay now|Book now|Select|Choose file|Browse|Approve|Reject|Archive|Generate report|Undo"
).split("|")
LINK_ACTIONS = (
    "Learn more|Read more|View|View details|View all|See all|See more|Details|Get started|Get started today|Find out more|"
    "Discover more|Explore|More info|More information|Shop now|Buy now|Download|Download now|Try it free|Start free trial|"
    "Sign up free|Contact us|Contact sales|Request a demo|View project|View profile|Read article|Continue reading|"
    "Read the docs|Documentation|Go home|Back to home|Visit site|Open|Get it now|Join now|Watch video|Call to action|"
    "Tell me more|Start now|Our services|View on GitHub|See plans|Compare plans|Choose plan|Browse all|Older posts|Newer posts"
).split("|")
FIELDS = (
    "Name|First name|Last name|Full name|Email|Email address|Password|Confirm password|Repeat password|Username|Phone|"
    "Phone number|Address|Street|City|State|Zip code|Postal code|Country|Company|Organization|Job title|Website|Subject|"
    "Message|Comments|Description|Title|Amount|Quantity|Price|Date|Start date|End date|Birthday|Card number|"
    "Name on card|Expiration|CVV|Coupon code|Category|Language|Time zone|Currency|Role|Department|Notes|Bio|Tags|URL|"
    "Project name|Display name|API key|Token|Version|Priority|Status|Assignee|Due date|Gender|Region|Account type"
).split("|")
PLACEHOLDERS = (
    "Enter your name|Enter email|Enter email address...|you@example.com|name@example.com|Your email|Your name|"
    "Type here...|Write a message...|Password|••••••••|Search...|Search for...|Search|Jane Doe|John Smith|Select...|"
    "0.00|https://|+1 (555) 000-0000|mm/dd/yyyy|Optional|Leave a comment|Your message|Enter amount|Example input"
).split("|")
CHOICES = (
    "Remember me|Remember password|Keep me signed in|I agree to the terms|Accept terms and conditions|"
    "Subscribe to newsletter|Email notifications|Push notifications|Dark mode|Weekly digest|Public profile|"
    "Two-factor authentication|Show online status|Allow comments|Free shipping|In stock only|Express delivery|"
    "Standard delivery|Credit card|PayPal|Bank transfer|Option one|Option two|Default radio|Check me out|Small|Medium|"
    "Large|Monthly|Yearly|Auto update|Send me offers|Make private|Enable sync|Use location|Marketing emails|SMS alerts"
).split("|")
COLUMNS = (
    "Name|Position|Office|Age|Start date|Salary|Status|Date|Amount|Total|Customer|Order|ID|#|Email|Role|Type|Price|"
    "Quantity|Product|Category|Version|Description|Default|Value|Property|Parameter|Method|Return|Size|Modified|Owner|"
    "Project|Country|Revenue|Sessions|Users|First|Last|Handle|Actions|Invoice|Due|Method|Parameter|Package|License"
).split("|")
STATUSES = (
    "Active|Pending|Paid|Failed|Draft|New|Open|Closed|Done|In progress|Beta|Sale|Hot|Featured|Overdue|Live|Pro".split(
        "|"
    )
)
HEADINGS = (
    "Welcome back|Our services|What we do|About us|Meet the team|Our amazing team|Latest news|Recent posts|Features|"
    "Why choose us|How it works|Pricing plans|Frequently asked questions|Get in touch|Contact us|Testimonials|"
    "What our clients say|Our portfolio|Recent projects|Our clients|Stay in touch|Join our newsletter|Getting started|"
    "Installation|Usage|Configuration|Examples|Introduction|Overview|Quick start|Advanced topics|Troubleshooting|"
    "Recent activity|Recent orders|Top products|Revenue sources|Earnings overview|Sales overview|Monthly report|"
    "Account settings|Profile information|Notification preferences|Billing details|Payment method|Shipping address|"
    "Order summary|Your cart|Related products|Customer reviews|Product details|Popular categories|Trending now|"
    "Everything you need|Built for teams|Ready to get started?|Start building today|Categories|Search|Archives|Tags|"
    "Side widget|Comments|Leave a reply|Share this|Related articles|On this page|Table of contents|See also|Notes|"
    "Parameters|Return value|Description|Synopsis|Options|Files|Requirements|License|Changelog|Team members|Skills|"
    "Experience|Education|Interests|Awards|Sign in|Create an account|Forgot your password?|Reset password|Log in"
).split("|")
NOUNS = (
    "team|project|design|system|data|cloud|product|service|customer|business|platform|website|page|content|photo|story|"
    "market|price|order|report|account|user|group|file|server|network|package|module|function|class|object|value|option|"
    "command|release|version|feature|template|theme|layout|color|font|image|video|music|book|course|lesson|recipe|garden|"
    "kitchen|coffee|tea|bread|city|country|mountain|river|beach|hotel|flight|ticket|event|concert|game|player|score|match|"
    "health|doctor|patient|hospital|school|student|teacher|science|research|paper|energy|water|climate|future|history|art|"
    "culture|language|word|letter|number|time|day|week|month|year|home|office|street|car|bike|train|phone|laptop|camera|"
    "watch|shoe|shirt|jacket|chair|table|lamp|mirror|window|door|room|house|family|friend|child|dog|cat|bird|tree|flower"
).split("|")
ADJECTIVES = (
    "new|simple|modern|fast|beautiful|powerful|flexible|secure|easy|free|open|great|small|large|clean|smart|creative|"
    "responsive|custom|digital|local|global|daily|weekly|annual|early|late|quiet|bright|dark|warm|cold|fresh|natural|"
    "organic|classic|premium|basic|advanced|complete|essential|popular|recent|common|special|important|available|ready"
).split("|")
VERBS = (
    "build|create|manage|share|learn|discover|explore|design|ship|grow|improve|track|measure|connect|support|protect|"
    "install|configure|update|remove|return|call|define|use|write|read|open|close|start|stop|find|send|receive|change|"
    "make|take|give|keep|move|run|show|help|work|play|travel|cook|plan|organize|deliver|automate|test|deploy|monitor"
).split("|")
SMALL = "the a our your this that every some any its their one".split()
JOINERS = "and with for in on of to from by without about into through after before while because when if as".split()
LOREM = (
    "lorem ipsum dolor sit amet consectetur adipisicing elit sed do eiusmod tempor incididunt ut labore et dolore magna "
    "aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute "
    "irure in reprehenderit voluptate velit esse cillum fugiat nulla pariatur excepteur sint occaecat cupidatat non "
    "proident sunt culpa qui officia deserunt mollit anim id est laborum"
).split()
FIRST = (
    "Anna|Ben|Carla|David|Emma|Felix|Grace|Hugo|Ines|Jack|Kate|Liam|Maria|Noah|Olga|Paul|Rosa|Sam|Tina|Victor|Wei|Yuki|"
    "Zoe|Omar|Priya|Lars|Mateo|Aisha|Chen|Ivan|Jane|John|Mark|Larry|Ashton|Garrett|Tiger|Sonya|Airi|Cedric"
).split("|")
LAST = (
    "Smith|Johnson|Miller|Garcia|Kim|Nguyen|Müller|Rossi|Silva|Novak|Kowalski|Ivanov|Tanaka|Wang|Singh|Ali|Brown|Jones|"
    "Davis|Lopez|Wilson|Moore|Taylor|Martin|Lee|Clark|Hall|Young|King|Wright|Hansen|Dubois|Schmidt|Costa|Doe|Otto|Cox"
).split("|")
BRANDS = (
    "Acme|Nimbus|Orbit|Lumen|Pixelry|Northwind|Fjord|Atlas|Quanta|Verdant|Kite|Harbor|Beacon|Solstice|Ember|Cobalt|Maple|"
    "Zephyr|Onyx|Prism|Delta|Foundry|Summit|Willow|Drift|Echo|Nova|Helix|Pulse|Vertex|Stack|Grove|Tidal|Mosaic|Start|"
    "Business Name|Company|My Site|Brand|Logo|Project|Admin|Studio"
).split("|")
CODE_WORDS = (
    "get set init open close read write parse print load save find make list count index size name type key value path "
    "file buffer stream node tree item user config options result error state event handler client server request"
).split()
OTHER: dict[str, dict[str, list[str]]] = {
    "de": {
        "nav": "Startseite|Über uns|Leistungen|Preise|Kontakt|Aktuelles|Produkte|Hilfe|Anmelden|Impressum|Datenschutz|Karriere".split(
            "|"
        ),
        "link": "Mehr erfahren|Weiterlesen|Alle anzeigen|Jetzt ansehen|Zum Angebot|Details|Jetzt starten".split("|"),
        "do": "Speichern|Abbrechen|Senden|Suchen|Löschen|Anmelden|Registrieren|Weiter|Zurück|Hinzufügen".split("|"),
        "field": "Vorname|Nachname|E-Mail|Passwort|Straße|Ort|Land|Telefon|Nachricht|Betreff|Firma".split("|"),
        "head": "Willkommen|Unsere Leistungen|Neuigkeiten|So funktioniert es|Häufige Fragen|Kontakt|Einstellungen".split(
            "|"
        ),
        "words": "der die das und mit für auf wir ihr neue schnelle Lösung Kunden Projekt Arbeit Zeit Haus Stadt einfach immer sehr gut heute".split(),
    },
    "fr": {
        "nav": "Accueil|À propos|Services|Tarifs|Contact|Actualités|Produits|Aide|Connexion|Boutique|Mentions légales".split(
            "|"
        ),
        "link": "En savoir plus|Lire la suite|Voir tout|Découvrir|Voir les détails|Commencer".split("|"),
        "do": "Enregistrer|Annuler|Envoyer|Rechercher|Supprimer|Se connecter|S'inscrire|Suivant|Ajouter".split("|"),
        "field": "Prénom|Nom|E-mail|Mot de passe|Adresse|Ville|Pays|Téléphone|Message|Sujet".split("|"),
        "head": "Bienvenue|Nos services|Actualités|Comment ça marche|Questions fréquentes|Contactez-nous|Paramètres".split(
            "|"
        ),
        "words": "le la les et avec pour dans nous vous nouvelle solution simple équipe projet travail temps maison ville toujours très bien".split(),
    },
    "es": {
        "nav": "Inicio|Nosotros|Servicios|Precios|Contacto|Noticias|Productos|Ayuda|Acceder|Tienda|Aviso legal".split(
            "|"
        ),
        "link": "Saber más|Leer más|Ver todo|Descubrir|Ver detalles|Empezar".split("|"),
        "do": "Guardar|Cancelar|Enviar|Buscar|Eliminar|Iniciar sesión|Registrarse|Siguiente|Añadir".split("|"),
        "field": "Nombre|Apellidos|Correo|Contraseña|Dirección|Ciudad|País|Teléfono|Mensaje|Asunto".split("|"),
        "head": "Bienvenido|Nuestros servicios|Noticias|Cómo funciona|Preguntas frecuentes|Contacto|Ajustes".split("|"),
        "words": "el la los y con para en nuestra su nueva solución fácil equipo proyecto trabajo tiempo casa ciudad siempre muy bien".split(),
    },
    "ja": {
        "nav": "ホーム|会社概要|サービス|料金|お問い合わせ|ニュース|製品|ヘルプ|ログイン|採用情報".split("|"),
        "link": "詳しく見る|続きを読む|すべて見る|もっと見る|始める".split("|"),
        "do": "保存|キャンセル|送信|検索|削除|ログイン|登録|次へ|追加".split("|"),
        "field": "名前|メール|パスワード|住所|電話番号|メッセージ|件名|会社名".split("|"),
        "head": "ようこそ|サービス紹介|お知らせ|よくある質問|設定|最近の活動".split("|"),
        "words": "新しい 製品 の 開発 を 支援 します 簡単 に 使える 世界 中 で 人気 チーム 時間 安心".split(),
    },
    "zh": {
        "nav": "首页|关于我们|服务|价格|联系我们|新闻|产品|帮助|登录|招聘".split("|"),
        "link": "了解更多|阅读全文|查看全部|查看详情|立即开始".split("|"),
        "do": "保存|取消|提交|搜索|删除|登录|注册|下一步|添加".split("|"),
        "field": "姓名|邮箱|密码|地址|城市|电话|留言|主题|公司".split("|"),
        "head": "欢迎|我们的服务|最新动态|常见问题|设置|最近活动".split("|"),
        "words": "我们 提供 简单 快速 的 解决 方案 团队 项目 时间 城市 世界 设计 产品 安全".split(),
    },
    "ru": {
        "nav": "Главная|О нас|Услуги|Цены|Контакты|Новости|Товары|Помощь|Войти|Вакансии".split("|"),
        "link": "Подробнее|Читать далее|Смотреть все|Узнать больше|Начать".split("|"),
        "do": "Сохранить|Отмена|Отправить|Найти|Удалить|Войти|Регистрация|Далее|Добавить".split("|"),
        "field": "Имя|Фамилия|Почта|Пароль|Адрес|Город|Телефон|Сообщение|Тема".split("|"),
        "head": "Добро пожаловать|Наши услуги|Последние новости|Частые вопросы|Настройки".split("|"),
        "words": "мы вы новый простой решение команда проект работа время дом город всегда очень хорошо и с для на".split(),
    },
}


class Words:
    """
    A supply of words in one language, with English as the usual one.

    Args:
        rng: Source of chance.
        language: Key of ``OTHER``, or "en".
        lorem: Draw prose from the printer's dummy text.
    """

    def __init__(self, rng: Random, language: str, *, lorem: bool) -> None:
        self.rng = rng
        self.other = OTHER.get(language)
        self.lorem = lorem

    def nav(self, count: int) -> list[str]:
        return self._several("nav", NAV, count)

    def side(self, count: int) -> list[str]:
        return self._several("nav", SIDE, count)

    def foot(self, count: int) -> list[str]:
        return self._several("nav", FOOT, count)

    def link_action(self) -> str:
        return self._one("link", LINK_ACTIONS)

    def action(self) -> str:
        return self._one("do", ACTIONS)

    def field(self) -> str:
        return self._one("field", FIELDS)

    def heading(self) -> str:
        if self.rng.random() < 0.5:
            return self._one("head", HEADINGS)
        return self.title(self.rng.randint(1, 6))

    def person(self) -> str:
        return f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}"

    def title(self, count: int) -> str:
        """
        ``count`` words as a headline.
        """
        words = self._prose(count)
        text = " ".join(words)
        return text.title() if self.rng.random() < 0.4 else text[:1].upper() + text[1:]

    def sentence(self, count: int | None = None) -> str:
        count = count or self.rng.randint(5, 18)
        text = " ".join(self._prose(count))
        return text[:1].upper() + text[1:] + self.rng.choice("....!?" if self.rng.random() < 0.2 else ".")

    def prose(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))

    def number(self) -> str:
        rng = self.rng
        return rng.choice(
            [
                f"{rng.randint(1, 999)}",
                f"{rng.randint(1, 99)},{rng.randint(100, 999)}",
                f"${rng.randint(1, 999)}.{rng.randint(0, 99):02d}",
                f"${rng.randint(1, 99)},{rng.randint(100, 999)}",
                f"{rng.randint(1, 100)}%",
                f"{rng.randint(1, 99)}.{rng.randint(0, 9)}k",
                f"+{rng.randint(1, 50)}.{rng.randint(0, 9)}%",
                f"€{rng.randint(1, 200)}",
            ]
        )

    def date(self) -> str:
        rng = self.rng
        month = rng.choice(
            "January February March April May June July August September October November December".split()
        )
        year = rng.randint(2011, 2026)
        return rng.choice(
            [
                f"{month} {rng.randint(1, 28)}, {year}",
                f"{rng.randint(1, 28)} {month[:3]} {year}",
                f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
                f"{rng.randint(2, 59)} minutes ago",
                f"{rng.randint(2, 23)}h ago",
                "Yesterday",
                "Today",
                f"{rng.randint(1, 12)}:{rng.randint(10, 59)} PM",
            ]
        )

    def identifier(self) -> str:
        rng = self.rng
        words = rng.sample(CODE_WORDS, rng.randint(1, 3))
        style = rng.random()
        if style < 0.4:
            return "_".join(words)
        camel = words[0] + "".join(word.title() for word in words[1:])
        return camel if style < 0.7 else camel[:1].upper() + camel[1:] if style < 0.85 else f"{words[0]}.{words[-1]}"

    def code_line(self) -> str:
        name, other = self.identifier(), self.identifier()
        return self.rng.choice(
            [
                f"import {name}",
                f"{name} = {other}({self.rng.randint(0, 99)})",
                f"if {name} is None:",
                f"    return {other}",
                f"def {name}({other}):",
                f'{name}("{other}", {self.rng.randint(0, 9)});',
                f"$ {self.rng.choice(['npm install', 'apt install', 'pip install', 'git clone', 'make'])} {name}",
                f"for {name} in {other}:",
                f"const {name} = {other};",
                "}",
            ]
        )

    def _prose(self, count: int) -> list[str]:
        rng = self.rng
        if self.other is not None and rng.random() < 0.85:
            return [rng.choice(self.other["words"]) for _ in range(count)]
        if self.lorem:
            start = rng.randrange(len(LOREM)) if rng.random() < 0.7 else 0
            return [LOREM[(start + i) % len(LOREM)] for i in range(count)]
        pattern = (SMALL, ADJECTIVES, NOUNS, VERBS, JOINERS, SMALL, NOUNS)
        start = rng.randrange(len(pattern))
        return [rng.choice(pattern[(start + i) % len(pattern)]) for i in range(count)]

    def _one(self, key: str, english: list[str]) -> str:
        return self.rng.choice(english if self.other is None or self.rng.random() < 0.1 else self.other[key])

    def _several(self, key: str, english: list[str], count: int) -> list[str]:
        if self.other is None:
            return self.rng.sample(english, min(count, len(english)))
        return self.rng.sample(self.other[key], min(count, len(self.other[key])))
