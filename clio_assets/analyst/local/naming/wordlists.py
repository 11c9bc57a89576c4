"""Fixed word lists of the English request grammar: compact, common, never from data."""


def word_set(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


def word_list(words: str) -> list[str]:
    """The words of a text, in order."""
    return words.split()


#: Verbs that people begin a request with. The first word of a sentence is read as a verb only if
#: it is one of these; after "can you", "how do i" and the like any word is.
REQUEST_VERBS = word_set("""
    accept access accuse activate add adjust advise alert alter analyse analyze announce answer
    append apply approve argue arrange assign assist attack attach avoid bake ban begin block book
    borrow boil bring brainstorm break browse build bully buy calculate calibrate call cancel cash
    change charge charm chat cheat check choose clarify classify clean clear close code collect
    combine compare compile complain complete compose compute confirm conjugate connect contact
    continue convert convince cook copy correct count cover create critique cut damage deactivate
    debug decide decline decrease define delete deliver deploy deposit describe design desync
    destroy determine develop diagnose dial direct disable discard disconnect discover discuss
    display dispute divide download draft draw drive drop duplicate earn edit eliminate email
    empty enable encourage end enter erase escape estimate evaluate exchange execute expand
    expedite explain export express extend extract fake fetch fight figure file fill filter find
    finish fire fix flip fly follow forget format forward freeze fry fund generate get give go
    grab grow guess guide hack halt handle harm hate hear hide hire host hurt identify ignore
    imagine implement import improve include increase inform initiate insert inspect install
    insult interpret invent invest invite join jump keep kill launch learn leave lend link list
    listen load locate lock log look lose lower mail make manage manipulate mark measure meet
    memorise mention merge message minimize mock modify monitor move murder mute name navigate
    negotiate note notify obtain offer open optimize order organize outline overcome pair paint
    parse pass pause pay perform pick place plan plant play poison post practice praise prank
    predict prepare present prevent print process program promote proofread protect provide
    publish pull punish purchase push put query quit raise rank rate reach read rearrange rebook
    recall receive recharge recite recommend record recover redeem reduce refer refill refactor
    refinance refresh register reload remember remind remove rename renew rent repair repeat
    rephrase replace reply report request reschedule research reserve reset resolve respond
    restart restore resume resync retrieve return reveal review revise rewrite ring roll rollover
    run save say scan schedule search seduce see select sell send separate set settle setup share
    shift shop show shuffle shut sign silence simplify sing skip smuggle snooze solve sort spell
    spend split spread stalk start stay steal stop store stream structure study submit subscribe
    substitute subtract suggest sum summarise summarize surprise suspend swap sweep switch sync
    take talk taste teach test text throw toss torture trace track trade train transcribe transfer
    translate travel treat trick troll turn tweet type undo unfreeze uninstall unlock unpair
    unsubscribe unsync update upgrade upload use verify view visit vote wake walk warn wash watch
    wear whisper win withdraw work write yell zoom
    """)

#: Verbs that ask for information and little else: what they ask for makes the better name.
PLAIN_VERBS = word_set("""
    get give go have hear help know learn let make need see show take tell think want wish like
    try ask say do be use keep come look find happen mean start seem understand remember
    """)

#: Verbs that are no wish of their own: what they come with is asked for, told or thought.
NO_WISH = word_set("""
    give go have know let need see tell think want wish like try be happen mean seem hear
    understand remember feel
    """)

#: Verbs that stand well without an object.
INTRANSITIVE = word_set("""
    talk speak whisper shout yell sing dance sleep wait stop jump run walk swim smoke drive travel
    chat cheat gamble hide fight lie die work shop vote exercise relax apologise apologize
    """)

#: Verbs whose object is a person.
DONE_TO_PEOPLE = word_set("""
    kill murder hurt insult bully harm attack blackmail threaten stalk punch poison call text meet
    invite hire fire seduce marry date forgive thank praise interview
    """)

#: Content words that turn up in any request and say nothing about it.
GENERIC = word_set("""
    want need know tell give let help please hey hi siri alexa google wonder wondering would like
    able possible way thing something anything someone somebody info information idea sure nice
    get got go make see say look find think try ask mean kind sort type lot bit really exactly
    actually maybe happen yes okay put take use keep come wish wanna guy current currently right
    many much
    """)

#: Words that judge or measure: they tell little on their own.
DULL = word_set("""
    good better best great bad worse worst long short next last new old big small high low easy
    hard real different recent late early soon far well back first second other true instead away
    together abroad online today tomorrow yesterday tonight hard free available common usual
    normal people person day days week weeks month months year years hour hours dollar dollars euro
    euros percent middle
    """)

#: What people say to be polite or to answer: it is said, not asked about.
FORMULAE = word_set("""
    hello thanks thank bye goodbye farewell greetings morning evening night welcome maybe yes no
    correct true false right wrong affirmative negative agree sure appreciate nice great
    """)

#: Words of requests in other languages that say nothing about what is requested.
GENERIC_OF = {
    "Spanish": word_set("""
    quiero quisiera quieres quería puedo puedes puede podría podrías podemos necesito necesita
    gustaría ayuda ayudar ayúdame ayudarme dime decirme dame darme favor gracias hola saber hacer
    haz hago tengo tiene tener buenos buenas días dónde mostrar muéstrame explicar explícame
    explicarme manera forma mejor
    """),
    "German": word_set("""
    hilfe helfen hilf hilfst brauche braucht sag sagen sage gib geben gibt gerne gern danke hallo
    guten bitte zeig zeige zeigen erkläre erklären erklär wissen weiß machen mache macht gut
    besten beste lassen lass tun
    """),
    "French": word_set("""
    veux voudrais voudrait pouvez peux peut pourriez pourrais pourrait besoin aide aider aidez
    merci bonjour salut dire dis dites donne donner donnez savoir sais faire fait fais faut plaît
    plait svp stp aimerais expliquer explique expliquez montrer montre montrez souhaite meilleur
    meilleure façon
    """),
    "Portuguese": word_set("""
    quero queria posso pode poderia poderias preciso ajuda ajudar ajude gostaria favor obrigado
    obrigada olá diga dizer dê dar saber fazer faça faço explicar explique mostre mostrar tenho
    tem consigo melhor forma maneira bom dia
    """),
    "Italian": word_set("""
    voglio vorrei posso puoi può potresti potrei potete bisogno aiuto aiutare aiutami aiutarmi
    grazie ciao buongiorno dimmi dirmi dammi darmi favore sapere fare faccio fai mostra mostrami
    spiega spiegami spiegare serve piacerebbe modo migliore
    """),
    "Dutch": word_set("""
    graag help hulp nodig alsjeblieft alstublieft dank hallo geef laat zien
    """),
    "Russian": word_set("""
    хочу хотел хотела хотелось могу можешь можете нужно нужна нужен помоги помогите помочь
    пожалуйста спасибо привет здравствуйте скажи скажите расскажи расскажите покажи покажите
    объясни объясните узнать сделать лучше
    """),
    "Polish": word_set("""
    chcę chciałbym chciałabym mogę możesz potrzebuję pomóż pomoc proszę dziękuję cześć powiedz
    podaj pokaż zrobić wiedzieć
    """),
    "Turkish": word_set("""
    istiyorum lütfen yardım misin mısın edebilir söyle söyler göster merhaba teşekkürler yapmak
    yapabilirim nedir gerekiyor
    """),
    "Korean": word_set("""
    알려주세요 알려줘 싶어요 싶습니다 방법을 방법 주세요 해주세요 도와주세요 있나요 해줘
    """),
}  # fmt: skip

#: Written forms of words that users mostly type in lower case.
CASED = {
    word.lower(): word
    for word in word_list("""
    Africa African America American Arabic Asia Asian Australia Australian Brazil Britain British
    Bulgarian Canada Canadian China Chinese Croatian Czech Danish Dutch Egypt England English
    Europe European Finnish France French German Germany Greece Greek Hebrew Hindi Hungarian India
    Indian Indonesian Iran Iraq Ireland Irish Israel Italian Italy Jamaica Japan Japanese Kenya
    Korea Korean Latin Mexican Mexico Norwegian Persian Peru Poland Portugal Portuguese
    Romanian Russia Russian Scottish Serbian Spain Spanish Swahili Sweden Swedish Swiss
    Switzerland Thai Thailand Tokyo Turkish Ukraine Ukrainian Urdu Vietnam Vietnamese Welsh
    Amsterdam Atlanta Austin Baltimore Berlin Boston California Chicago Dallas Denver Florida
    Hawaii Houston London Madrid Miami Moscow Orlando Paris Phoenix Rome Seattle Sydney Texas
    Vegas Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April
    June July August September October November December Christmas Easter Halloween Thanksgiving
    Android Amazon Bluetooth Excel Facebook GitHub Google Instagram Java JavaScript Kubernetes
    Linux Mastercard Microsoft Netflix PayPal Python Spotify Uber Walmart WhatsApp Wi-Fi YouTube
    iPhone iPad Christian Christians Jewish Muslim Muslims Islam Bible Quran Hitler Jesus God Nazi
    Nazis AI API APR ATM CEO COVID CPR CSS CSV CV DNA FAQ FBI FICO GDP GPS HTML ID IRA IRS JSON
    KYC LGBTQ MPG NASA NBA NFL NYC OCR PDF PHP PIN PTO SEO SMS SQL SUV TV UK URL US USA USB USD
    VAT VIN VPN W2 XML
    """)
}

#: Written after a number: without it they are no words.
UNITS = word_set("am pm th st nd rd oclock o'clock")

#: Places and things of two capitalised words that identify no one.
KNOWN_PLACES = frozenset(
    place.replace("_", " ")
    for place in word_list("""
    Cape_Town Costa_Rica Czech_Republic El_Salvador Great_Britain Hong_Kong Las_Vegas Los_Angeles
    Mexico_City Middle_East New_Delhi New_England New_Hampshire New_Jersey New_Mexico New_Orleans
    New_York New_Zealand North_America North_Carolina North_Dakota North_Korea Northern_Ireland
    Puerto_Rico Rhode_Island San_Antonio San_Diego San_Francisco San_Jose Saudi_Arabia
    South_Africa South_America South_Carolina South_Dakota South_Korea Sri_Lanka United_Kingdom
    United_Nations United_States West_Virginia World_Cup World_War
    """)
)

#: Common nouns without a plural.
UNCOUNTED = word_set("""
    advice air aid alcohol baggage bread butter care cash chemistry chicken clothing coffee
    content cooking credit cream data dice dirt driving electricity english equipment evidence
    fish fishing flour food fraud fuel fun furniture garbage gas gold grammar grass hair health
    heat help history homework housing humor humour information insurance jewelry knowledge
    laundry literature logic love luck luggage machinery mail maintenance marketing math
    mathematics meat medicine milk mode money mpg music news nutrition oil oxygen paper parking
    patience photography physics poetry politics pto punctuation racism rain research rice running
    safety salt sand science security shopping sleep snow soap software spelling sport steel stuff
    sugar time tourism traffic training transportation travel trivia underwear usage violence
    volume water weather wine wood work writing
    """)

DETERMINERS = word_set("a an the this that these those some any")
POSSESSIVES = word_set("my our his her their its")
PREPOSITIONS = word_set("""
    of in on at for with without from to into onto about by between under over up down off out as
    per near through against after before during around until like inside outside instead behind
    """)
WH_WORDS = word_set("what which who whose whom when where why how")
AUXILIARIES = word_set("""
    is are was were am do does did can could will would should shall may might must have has had
    """)
PRONOUNS = word_set("i you we they he she it there this that these those")
