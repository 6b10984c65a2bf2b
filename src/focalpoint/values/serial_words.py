"""What registers write where a serial number should stand, in many languages.

Written as people write it; ``serials`` folds script and marks before it compares. A
star at the end of a word means that the word may go on, so ``raspad*`` covers its
inflections. An entry of two letters or fewer counts only when it is the whole cell.

The languages: English, Albanian, Bosnian/Croatian/Montenegrin/Serbian, Macedonian,
Bulgarian, Romanian, Portuguese, Spanish, Catalan, French, Italian, German, Dutch,
Turkish, Russian, Ukrainian, Polish, Czech/Slovak, Slovene, Hungarian, Greek, Swedish.
"""

# The whole cell means "empty".
BLANK = """
null|nil|nan|n/a|na|n.a.|#n/a|#null!|#ref!|#value!|#name?|#div/0!|none given|empty
blank|n/d|nd|n.d.|(null)|(blank)|(empty)|<null>|\\n|vazio|em branco|vacio|en blanco
vide|leer|vuoto|prazno|празно|bosh|gol|boş|пусто|puste|tyhja|tom|üres|néant|nulo
undefined
"""

# Somebody took the number away.
REMOVED = """
removed|erased|erasure|obliterat*|obilterat*|oblitterat*|ground|grind*|grinded
filed off|filed down|filed away|been filed|file marks|defaced|scratched|scratch off
scraped|rubbed off|rubbed out|sanded|sanding|punched|peened|overstamp*|over stamped
re-stamped|restamped|drilled|milled|chiselled|chiseled|hammered|etched off
etched away|burned off|burnt off|welded|machined|tampered|tamper*|altered|alteration
falsified|forged number|deleted|destroyed|cut off|cut out|buffed|polished off
polished out|polished away|mutilated|eradicated|taken off|effaced|suppressed
eliminated|vandalised|vandalized|shaved off|wiped off|rasped|gouged|oblit|obl|fshirë
fshire*|i fshir*|gërryer me|hequr|hequr*|heq*|gërvisht*|limuar|dëmtuar qëllimisht
asgjësuar|prishur qëllimisht|tjetërsuar|ndryshuar|falsifikuar|shlyer|shkatërruar
rrafshuar|frezuar|izbrisan*|obrisan*|brisan*|uklonjen*|odstranjen*|otklonjen*
skinut*|izbrušen*|zabrušen*|obrušen*|prebrušen*|brušen*|sbrušen*|pobrušen*|turpijan*
isturpijan*|struga*|ostruga*|sastruga*|izgreba*|zagreba*|izgreben*|poništen*
uništen*|prekucan*|otkucan*|iskucan*|prebijen*|prepravljen*|preinačen*|falsifikovan*
falsificiran*|krivotvoren*|izmijenjen*|izmenjen*|izglodan*|izdubljen*|izbijen*
prebrisan*|mehanički|odstraňen*|fizički uklonj*|falsifikat|izrezan*|zavaren*
izbušen*|izlizan namerno|избришан*|бришан*|отстранет*|отстранати|тргнат*|избрусен*
избруше*|брусен*|струган*|изструган*|истуркан*|изгребан*|гребан*|уништен*|поништен*
симнат*|преправен*|фалсификуван*|изменет*|претипкан*|иструпан*|изстърган*|заличен*
изтрит*|изпилен*|премахнат*|отстранен*|унищожен*|подправен*|изпиляван*|шлифован*
изчукан*|наранен умишлено|șters*|ștearsă|ştears*|stears*|șterse|înlătur*|îndepărtat*
indepartat*|pilit*|polizat*|răzuit*|șlefuit*|eliminat*|distrus*|poansonat*
modificat*|falsificat*|ras|rasă|frezat*|alterat*|tăiat*|scos|scoasă|anihilat*
radiat*|raspad*|raspag*|rasp.|rasura*|suprimid*|supressa*|supress*|suprim*|apagad*
obliterad*|lixad*|limad*|esmeril*|desbastad*|removid*|retirad*|pinad*|picotad*
puncionad*|adulterad*|adultera*|alterad*|remarcad*|mutilad*|destruid*|destrui*
eliminad*|extraid*|cortad*|violad*|danificad* propositalmente|desfigurad*|rebatid*
martelad*|fresad*|arrancad*|polid*|inutilizad*|ação mecânica|acao mecanica
meio mecanico|processo mecanico|obstruid*|soldad*|desgastad* intencional*|borrad*
limado|eliminado|erradicad*|tachad*|devastad*|desvastad*|punzonad*|repujad*|amolad*
esmerilad*|lijad*|regrabad*|suprimit*|quitad*|erosionad*|manipulad*|troquelad*
remarcada|perforad*|picad*|raspat*|esborrat*|effacé*|efface*|limé*|meulé*|meule*
gratté*|gratte*|supprimé*|supprime*|poinçonné*|martelé*|enlevé*|enleve*|oblitéré*
détruit*|maquillé*|falsifié*|altéré*|fraisé*|poncé*|poncee*|rayé*|buriné*|arraché*
burine*|abgeschliffen*|ausgeschliffen*|weggeschliffen*|geschliffen|herausgefeilt
abgefeilt|ausgefeilt|gefeilt|entfernt*|gelöscht|ausgefräst|abgefräst|unkenntlich*
überschlagen|ausgeschlagen|vernichtet|getilgt|verfälscht*|verändert*|manipuliert*
zerstört*|weggefeilt|ausgekratzt|zerkratzt*|ausradiert|herausgeschliffen|abras*
cancellat*|limat*|rimoss*|punzonat* sopra|ribattut*|contraffatt*|manomess*|fresat*
eras*|asportat*|molat*|distrutt*|raschiat*|grattat*|soppress*|smerigliat*|punzonat*
silinmiş*|silinmis*|silinme*|silindi|silinik degil|kazınmış*|kazinmis*|kazıma
kazınma*|törpülen*|torpulen*|taşlanmış*|tahrif*|zımpara*|yok edil*|imha|tahrip*
sildiril*|değiştirilmiş|degistirilmis|kaldırılmış|kaldirilmis|delinmiş|ezilmiş
спилен*|спилян*|стёрт*|стерт*|стерет*|затёрт*|затерт*|уничтожен*|удалён*|удален*
сбит*|перебит*|срезан*|сточен*|зачищен*|сошлифован*|зашлифован*|сподпилен*
соскоблен*|выбит намеренно|забит*|изменён*|изменен*|вытравлен*|высверлен*|знищен*
спиляний|спиляно|видален*|зтерт*|знято|перебито|зрізан*|сточено|змінен*|зашліфован*
вилучен*|usunięt*|usuniet*|zatart*|spiłowan*|spilowan*|zeszlifowan*|starty|starte
przebit*|przerobion*|wytart*|vybroušen*|obroušen*|odstraněn*|odstránen*|zbroušen*
vypilován*|zničen*|vymazan*|přeražen*|poškozen* úmyslně|odstranjeno|zbrisan*
izbrušeno|spiljen*|uničen*|kireszel*|eltávolít*|lereszel*|kicsiszol*|lecsiszol*
kiköszörül*|leköszörül*|megsemmisít*|átütött|kiütött|hamisít*|σβησμέν*|αφαιρεθ*
αφαιρεμέν*|ξυσμέν*|λιμαρισμέν*|απεξεσμέν*|παραποιημέν*|αλλοιωμέν*|απαλειμμέν*
weggevijld|verwijderd|uitgeslepen|weggeslepen|afgeslepen|afgevijld|uitgevijld
uitgewist|onkenbaar gemaakt|bortslipat|bortfilat|borttaget|bortslipad|bortfilad
fjernet|slebet|fjärnat
"""

# There is none, or none is stated.
ABSENT = """
absent|missing|none|without|w/o|no number|no num*|no serial*|no s/n|no sn|no visible
no ser|no s no|no mark*|no id|none visible|not visible|none seen|none found
none noted|none apparent|not found|not present|not apparent|no apparent|not stated
not given|not recorded|not specified|not provided|not reported|not listed
not available|not indicated|not marked|not mentioned|not noted|not applicable
unmarked|unnumbered|never had|never marked|never serial*|does not have|doesn t have
has no|have no|had no|lacks|lacking|unserialized|unserialised|non serialized
ghost gun|ghost|home made|homemade|home-made|hand made|handmade|craft|privately made
pmf|3d print*|unstamped|not serial*|not assigned|not serialized|unavailable
pa numër*|pa numer*|pa nr*|pa numra|pa seri|nuk ka|s'ka|ska|nuk duket|nuk shihet
nuk dallohet|nuk është vënë|i pashënuar|pa shënuar|nuk u gjet*|mungon|mungojnë
nuk figuron|nuk përmendet|punim dore|artizanal*|pa të dhëna|pa matrikull*
nuk posedon|bez broja|bez serijskog|bez fabričkog|bez tvorničkog|bez oznak*
bez vidljiv*|bez ser*|bez br|bezbroj*|b.b.|b/b|bb|nema|nema broja|ne postoji
nije vidljiv*|ne vidi se|nevidljiv*|nije uočljiv*|neuočljiv*|nije utvrđen broj
nije naveden*|nije upisan*|nije poznat broj|ručne izrade|ručna izrada|ručni rad
kućne izrade|kućna izrada|domaće izrade|zanatske izrade|neoznačen*|neobeležen*
neobilježen*|nenumerisan*|ne posjeduje|ne poseduje|nedostaje|bez podataka
nema podataka|nije pronađen*|nisu vidljiv*|nepostojeć*|без број*|без серис*
без фабричк*|без ознак*|без видлив*|без сер*|нема|не постои|не е видлив*|не се гледа
невидлив*|не е наведен*|нема податок|нема податоци|рачна изработка|рачно изработен*
домашна изработка|необележан*|недостасува|не поседува|не е внесен*|без бр|без номер*
няма|не се вижда|не вижда се|липсва|липсващ*|без фабричен|не е посочен*|саморъчно|самоделн*
кустарн*|fără număr*|fara numar*|fără serie|fara serie|fără serii|fără nr|fara nr
nu are|nu există|nu exista|nu prezintă|nu prezinta|nu se vede|nu este vizibil*
nu e vizibil*|lipsă|lipsa|lipsește|lipseste|inexistent*|nemarcat*|neinscripționat*
nu posedă|nu este menționat*|nespecificat*|nemenționat*|neprecizat*|artizanală
fără marcaj*|nu deține|fără însemn*|nu este indicat*|sem|s/n|sn|s/nº|s/no|s.n.|s/nr
sem numer*|sem número|sem numero|sem n|sem num*|sem série|sem serie|sem marca*
sem identifica*|s/ numero|s/ numeração|s/numero|s/numeração|s/num*|s/ nº|s/ n
s/série|s/ série|sin|não há|nao ha|não tem|nao tem|não possui|nao possui|não consta
nao consta|não apresent*|nao apresent*|não exist*|nao exist*|não aparent*
nao aparent*|não visível|nao visivel|não visiv*|não visual*|nao visual*
não localizad*|nao localizad*|não encontrad*|nao encontrad*|não informad*
nao informad*|não mencionad*|nao mencionad*|não especificad*|não declarad*
não contém|nao contem|não fornecid*|não descrit*|não citad*|não cadastrad*|não grav*
não numerad*|nao numerad*|não marcad*|ausente*|ausência|ausencia|desprovid*
artesana*|caseir*|fabricação caseira|n/c|nc|n.c.|n/i|ni|n.i.|isent*|nada consta
não disponível|inapparent*|inaparente*|sem informa*|não expost*|não se aplica
nao se aplica|não constat*|não vist*|carece|falta|carente|sin número*|sin numero*
sin num*|sin n|sin serie|sin marca*|sin identific*|no tiene|no posee|no presenta
no consta|no existe|no visible*|no se observa*|no se aprecia*|no se visualiza*
no aparece|no figura|no registra|no indicad*|no aporta*|hechiz*|casera|sin dato*
no exhibe|no porta|no ostenta|no especific*|no inform*|no se ve|sin matrícula
sense número|sense|sans|sans numéro|sans numero|sans n|aucun*|pas de|absence
inexistant*|néant|non visible*|n'a pas|non apparent*|non mentionné*|non renseigné*
non communiqué*|manquant*|n'existe pas|non marqué*|artisanal*|non précisé*
non indiqué*|dépourvu*|ne comporte pas|non numéroté*|ohne|ohne nummer|keine|kein
nicht vorhanden|nicht sichtbar|nicht angegeben|fehlt|fehlend|nicht bekannt gegeben
eigenbau|selbstbau|ungemarkt|nicht erkennbar|unnummeriert|entfällt|nicht vermerkt
senza|senza matricola|senza numero|priv* di|privo|priva|assente|nessun*|mancante
manca|non visibile|non presente|non riportat*|non indicat*|non presenta|inesistente
non apposta|non rilevat*|artigianale|non c'è|non ha|clandestina|yok|yoktur|numarasız
numarasiz|seri nosuz|serisiz|nosuz|no yok|mevcut değil|mevcut degil|bulunmamakta*
bulunmuyor|bulunmayan|bulunamadı|görünmüyor|gorunmuyor|belirtilmemiş|belirtilmemis
el yapımı|el yapimi|olmayan|markasız|kayıtsız|belirtilmedi|без номера|без №
номера нет|нет|номер отсутств*|отсутств*|б/н|бн|б.н.|б/н.|не имеет|не имеется
нет номера|не указан*|не виден|не видно|не обнаружен*|не просматрива*|самодельн*
не маркир*|немаркир*|не установлен номер|не значится|без серии|без номеру|відсутн*
немає|номер відсутн*|не має|не вказан*|саморобн*|не зазначен*|не виявлен*
нема номеру|не маркован*|brak|bez numeru|nie ma|niewidoczn*|bez oznacze*|nie posiada
samoróbka|brak numeru|nie podano|bez čísla|bez výrobn*|nemá|není|chybí|chýba
neuveden*|nečíslovan*|podomácku|není viditeln*|brez|brez številke|ni številke
ni vidn*|ni naveden*|manjka|nincs|szám nélkül|szám nélküli|gyári szám nélkül*
hiányzik|nem látható|számozatlan|nem található|χωρίς|άνευ|δεν υπάρχει|δεν φέρει
δεν έχει|ουδείς|δεν φαίνεται|ανύπαρκτ*|ιδιοκατασκευ*|zonder|geen|ontbreekt
niet aanwezig|niet zichtbaar|niet vermeld|saknas|utan|inget|ingen nummer|intet|uden
mangler|finns ej|ej angivet|ej synlig*
"""

# It could not be read or determined.
UNREADABLE = """
illegible*|ilegible|illegable|unreadable|not readable|not legible|un-readable
unreadible|indecipherable|undecipherable|worn*|corroded|corrosion|rust*|damage*
eroded|faded|unclear|not clear|can't read|cannot read|can not read|could not be read
cannot be read|can t read|couldn t read|couldn't read|undetermined
could not be determined|cannot be determined|can not be determined|indeterminate
undeterminable|not determined|not discernible|indiscernible|unrecognizable
unrecognisable|unidentifiable|not identifiable|unidentified|not identified|unknown
unkn|unk|not known|burnt|burned|charred|fire damage*|blurred|pitted|oxidised
oxidized|hard to read|painted over|covered|inaccessible|unable to|not decipherable
deteriorat*|degraded|defective|broken|obscured|partially legible|undetected
undiscernible|not verified|unverified|i palexueshëm|palexue*|nuk lexohet|nuk lexohen
i pa lexueshëm|i panjohur|panjohur*|e panjohur|dëmtuar|demtuar|i dëmtuar*|ndryshkur*
i konsumuar|konsumuar|korroduar|gërryer|i paqartë|paqartë|paidentifikuar*
i paidentifik*|nuk identifik*|nuk përcaktohet|nuk dihet|djegur|oksiduar|nečitljiv*
necitljiv*|nečitak|nečitk*|ne čita se|ne može se pročitati|ne može se očitati
nije čitljiv*|oštećen*|istrošen*|istrven*|izlizan*|pohaban*|korodira*|korozij*
zarđa*|zahrđa*|hrđa*|rđa*|nagrižen*|nejasn*|neprepoznatljiv*|ne raspoznaje
nije moguće|nemoguće|neutvrđen*|nije utvrđen*|nepoznat*|neidentifik*|nije identifik*
nerazgovjet*|nerazgovet*|slabo vidljiv*|slabo čitljiv*|izgorio|izgorje*|izgore*
ofarban*|prefarban*|dotrajal*|neraspoznatljiv*|ne može da se pročita|teško čitljiv*
zaprljan*|spaljen*|neuočljiv zbog|нечитлив*|нечитк*|не се чита|не може да се прочита
не е читлив*|оштетен*|корозира*|корозија*|рѓосан*|зарѓа*|рѓа|излижан*|изабен*
истрошен*|непознат*|неутврден*|не е утврден*|неидентиф*|нејасен|нејасн*
не може да се утврди|не се распознава|изгорен*|непрепознатлив*|нечетлив*|не се чете
неясен|повреден*|ръждя*|износен*|неизвестен|неустановен*|увреден*|ilizibil*
necitibil*|necitet*|indescifrabil*|neidentificat*|necunoscut*|uzat*|corodat*
ruginit*|rugină|neclar*|nu se poate citi|nu poate fi citit*|nu se citește
nu se distinge|nedeterminat*|indescifr*|neidentificabil*|nu se poate identifica
estompat*|tocit*|nu poate fi stabilit*|oxidat*|greu lizibil*|ilegiv*|ilegív*
ilegiveis|ilegivel|ileg.|não legív*|nao legiv*|desgastad*|desgaste|gast*|oxida*
enferruj*|ferrug*|corroíd*|corroid*|corros*|danificad*|avariad*|deteriorad*
prejudicad*|não identific*|nao identific*|não identificáv*|inidentific*
não foi possível|nao foi possivel|impossib*|desconhecid*|ignorad*|ign|indetermina*
não determinad*|indecifr*|indefinid*|não definid*|inlegív*|ilegíve*|ação do tempo
acao do tempo|encobert*|cobert*|apagando|queimad*|pouco visív*|difícil leitura
dificil leitura|má visual*|sem condições de|ininteligiv*|imperceptiv*|ilisiv*
degradad*|não conferid*|ilegible*|no legible*|no se lee|no se puede leer
no se distingue*|no identific*|sin identificar|desconocid*|se desconoce|indetermin*
no determinad*|oxidad*|dañad*|corrosión|borroso|borros*|no apreciable*|indescifrable
óxido|imperceptible*|sin determinar|ininteligible|poco visible|quemad*|il·legible
desconegut*|illisible*|non lisible*|non identifi*|inidentifi*|indéchiffr*|usé*
rouillé*|rouille|corrodé*|abîmé*|abime*|endommagé*|inconnu*|indéterminé*
non déterminé*|peu lisible*|détérioré*|oxydé*|brûlé*|unleserlich*|nicht lesbar
unlesbar*|nicht leserlich|nicht ablesbar|abgenutzt*|abgegriffen|beschädigt*
korrodiert*|verrostet*|rostig|rost|unbekannt*|nicht identifizierbar
nicht feststellbar|unklar|verwittert|verbrannt|undeutlich|schlecht lesbar
nicht bestimmbar|illeggibil*|non leggibil*|non identific*|sconosciut*|ignot*
consumat*|arrugginit*|usurat*|danneggiat*|indeterminat*|poco leggibile|ossidat*
indecifrabil*|non determinabil*|ruggine|bruciat*|okunmuyor|okunamıyor|okunamiyor
okunaksız|okunaksiz|okunamayan|okunmayan|okunmaz|okunamadı|okunamamış|okunamamakta*
okunamaz|silik|aşınmış|asinmis|aşınma*|paslı|pasli|paslan*|korozyon*|hasarlı|hasarli
bilinmiyor|bilinmeyen|tespit edilemed*|belirsiz|belirlenemed*|yıpranmış|yanmış|bozuk
oksit*|нечитаем*|не читаем*|не читается|не читаетс*|неразборчив*|не разобрать
не прочит*|трудночитаем*|ржав*|заржав*|коррози*|повреждён*|поврежден*|изношен*
неизвестн*|не установлен*|не определ*|неопределен*|нераспозн*|плохо читае*
не опозна*|не идентифиц*|обгоре*|окислен*|не распознаётся|нечитабельн*|не читається
нерозбірлив*|не розбірлив*|невідом*|не встановлен*|пошкоджен*|іржав*|корозі*|зношен*
не визначен*|не ідентифік*|нечітк*|обгорі*|nieczyteln*|uszkodzon*|skorodowan*
zardzewia*|nieznan*|nieustalon*|nieodczytyw*|zużyt*|nierozpozn*|nečiteln*
necitateln*|nečitateľn*|poškozen*|poškoden*|neznám*|nezjišt*|zkorodovan*|zrezivěl*
opotřeben*|nezisten*|neberljiv*|poškodovan*|neznan*|ni berljiv*|olvashatatlan*
nem olvasható|ismeretlen|sérült|rozsdás|kopott|azonosíthatatlan|korrodált
megállapíthatatlan|δυσανάγνωστ*|μη αναγνώσιμ*|άγνωστ*|φθαρμέν*|σκουριασμέν*
οξειδωμέν*|κατεστραμμέν*|δεν διαβάζεται|δεν διακρίνεται|onleesbaar|onbekend
versleten|verroest|beschadigd|niet leesbaar|oläslig*|okänt|ulæselig*|uleselig*
ukendt|skadat
"""

# A number follows or precedes of which only a part was read.
PARTIAL = """
partial*|partly|in part|incomplete|only|remain*|rest of|the rest|rest|last
final digit*|first|ends|ending|end with|starts|starting|begins|beginning|some digits
visible part|some characters|pjesërisht|pjesërish*|i paplotë|jo i plotë|vetëm|fundi
mbaron|fillon|shifrat e fundit|i pjesshëm|mbetur|delimičn*|djelimičn*|djelomičn*
parcijaln*|nepotpun*|samo|završava|počinje|zadnj*|poslednj*|posljednj*|prve cifre
prva*|ostatak|ostali|делумно|делумен|делумн*|непотполн*|нецелосн*|само|завршува
почнува|последни*|остаток*|први цифри|частичн*|непълен|непълн*|завършва|parțial*
parțiale|incomplet*|doar|numai|ultimele|primele|se termină|începe cu|restul|parcial*
somente|apenas|só|so|final|finais|termina*|terminad*|últim*|primeir*|inicia*|inicial
iniciais|restante*|resto|demais|em parte|sólo|solo|solamente|únicamente|terminación
empieza|primer*|lo demás|partiel*|partielle*|incompl*|seul*|seulement|finit
finissant|derniers|commence|premiers|le reste|teilweise|unvollständig|nur|endet
letzte*|beginnt|endziffer*|erste*|parzial*|ultime|ultimi|termina|inizia|prime
soltanto|kısmen|kismen|eksik|sadece|yalnız*|son|ile biten|ile başlayan|bir kısmı
kalan|частично|неполн*|только|последние|оканчивается|начинается|первые|остальн*
заканчив*|частково|неповн*|тільки|лише|останні|закінчується|починається|решта
częściow*|niepeł*|tylko|ostatnie|kończy|částečn*|neúpln*|pouze|jen|poslední|részben
hiányos|csak|utolsó|μερικώς|μόνο|τελευταί*|gedeeltelijk|alleen|laatste|delvis|endast
"""

# The number was brought back by a laboratory, so it may be used.
RESTORED = """
restored|recovered|raised|developed|reveal*|restaur*|recuperad*|revelad*|rikthyer
rikuperuar|vraćen*|povraćen*|vratenet|вратен*|восстановлен*|відновлен*|возобновлен*
ripristinat*|recuperat*|wiederhergestellt|sichtbar gemacht|restauré*|révélé*
geri kazan*|odtworzon*
"""

# "No sign of removal" takes the removal back.
NO_SIGN = """
no sign* of|no trace* of|no evidence of|without sign* of|without trace* of|not been
not|never been|sem sina* de|sem vestígi* de|sem indíci* de|sem traç* de|não foi
nao foi|sin seña* de|sin signo* de|sin rastro* de|sans trace* de|sans trace* d
ohne spuren|keine spuren|senza segn* di|bez tragova|bez znakova|nema tragova|nije
nisu|без траги од|без следов|без слідів|fără urme de|pa shenja|nuk është|nuk eshte
не е|não está|no está|non è|nicht
"""

# Words that stand before a number and are not part of it.
AFFIXES = """
serial number|serial numbers|serial num|serial no|serial nr|serial|ser. no|ser no
ser nr|ser num|s/n|s.n.|s/no|s/nr|sn|s no|no|nos|nr|nrs|num|numb|number|n°|nº|n.°
n.º|№|№№|n.|n:|serial #|weapon number|weapon no|gun number|gun no|frame number
frame no|numri i serisë|numri serik|numri i armës|numri i fabrikës|nr. serik
nr. i serisë|nr serik|numri|numër|numri rendor|nr. i armës|nr. fabrike|nr. arme
matrikulli|numër serie|numri i matrikulit|serijski broj|ser|fabr|ser. broj|ser. br
ser.br|ser br|serijski br|s. br|fabrički broj|fabr. broj|fab. broj|fab. br|fabr. br
fabrički br|tvornički broj|tvor. broj|tv. broj|tv. br|tvor. br|tvornički br|ev. br
evidencijski broj|broj oružja|broj|br|pod brojem|сериски број|сер. број|сер. бр
сер.бр|сериски бр|фабрички број|фабр. број|фаб. број|фабр. бр|фаб. бр|фабрички бр
серијски број|серијски бр|творнички број|тв. број|тв. бр|ев. бр|евиденциски број
број на оружје|број|бр|под број|сериен номер|сериен №|фабричен номер|фабр. №|сер. №
număr de serie|numar de serie|număr serie|nr. de serie|nr. serie|nr. ser|serie nr
seria nr|seria|serie|seriile|numărul|număr|numar|nr. armei|cu seria|cu numărul
número de série|numero de serie|número de serie|numeração|numeracao
numeração de série|nº de série|n° de série|n. de série|nº série|n° serie|nº serie
nº de serie|n° de serie|num. serie|num. série|nr. de série|nr série|número da arma
nº da arma|número|numero|núm|série|numerada|nro|n.ro|nro. de serie|matrícula
matricula|cadastro|numéro de série|numéro de serie|numéro|no de série|matricule
numéro de l'arme|seriennummer|serien-nr|serien nr|seriennr|ser.-nr|waffennummer
waffen-nr|waffennr|waffen nr|fabriknummer|fabrik-nr|fabriknr|herstellungsnummer
herst.-nr|herstellnr|nummer|nummern|numero di matricola|numero di serie|matricola
matr|mat|matricola n|matr. n|num. matricola|seri numarası|seri numarasi|seri no'su
seri nolu|seri no|seri nosu|seri num|silah no|silah numarası|numarası|numarasi
numara|numaralı|nolu|seri|серийный номер|серийный №|сер. номер|заводской номер
заводской №|зав. номер|зав. №|зав.№|зав. n|номер оружия|номер|ном|серия|серии
за номером|за №|серійний номер|серійний №|заводський номер|заводський №|номер зброї
серії|серія|зав. ном|numer seryjny|numer fabryczny|numer broni|nr fabryczny|nr fabr
nr seryjny|nr broni|numer|výrobní číslo|výr. číslo|výr. č|výr.č|výrobné číslo|v. č
v.č|sériové číslo|číslo zbraně|číslo|č|serijska številka|tovarniška številka|ser. št
tov. št|št|številka|gyári szám|gyári száma|sorozatszám|sorszám|gysz|gy. sz|gy.sz
szám|αριθμός σειράς|σειριακός αριθμός|αρ. σειράς|αριθμός|αριθ|αρ|serienummer
wapennummer|vapennummer|tillverkningsnummer|våbennummer|volgnummer
"""

# Words after a small number that make it a count, not a serial number.
COUNTED = """
digit*|number*|numeral*|character*|letter*|figure*|place*|piece*|pcs|shifra*|shifër
shifrat|numra|vend*|copë|cifr*|znak*|brojev*|broja|slov*|komad*|kom|mest*|mjest*
цифр*|бројки|броеви|знак*|букв*|места|парчиња|шт|cifre|caracter*|litere|bucăți|buc
digito*|dígito*|algarismo*|número*|numeros|letra*|carácter*|unidad*|uds|chiffre*
caractère*|lettre*|pièces|ziffern|ziffer|stellen|stück|zeichen|buchstaben|cifra
lettere|rakam*|hane*|adet|karakter*|harf*|цифры|символ*|знака|знаков|літер*|місц*
pistol*|gun*|firearm*|rifle*|arma|armas|armë|mm|mm.|cal|kal|shots|rounds|anos|years
godin*|vjet
"""

# Short words of sentences, which could pass for letters of a number.
FUNCTION_WORDS = """
on|in|of|no|not|at|to|by|the|and|or|for|from|is|was|de|do|da|em|na|ao|os|as|e|o|a|la
le|el|en|un|una|del|al|et|du|des|au|les|sur|ou|y|von|am|im|an|und|der|die|das|auf|il
lo|gli|di|su|sul|nel|con|per|i|u|sa|od|za|po|iz|je|ili|ne|te|se|me|nga|dhe|ose|nuk
ka|pe|cu|si|sau|din|nu|are|ve|ile|bu|v|s|so|от|до|за|из|на|не|по|с|у|и|в|ко|од|со|се
во|pod|nad|bez|pri|uz|cal|kal|mod|model|tip|type|ano|god|vit|year|aut|ref|proc
"""
