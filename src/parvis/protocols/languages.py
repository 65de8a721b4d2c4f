"""Languages of texts and of readers: codes as they are stored, and the choice of a translation."""

import re
from functools import lru_cache


class LanguageInvalid(ValueError):
    """The text names no language that is known here."""


# ISO 639-1, and of ISO 639-2/3 what CLDR has a name for (Unicode CLDR, by Babel 2.18) and Mastodon
# offers. "mul", "und" and "zxx" are not languages. Written out: importing Babel costs 60 ms.
_TWO = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht
    hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw
    ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr
    nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa
    wo xh yi yo za zh zu"""
_THREE = """
    ace ach ada ady aeb afh agq ain akk akz ale aln alt ang ann anp arc arn aro arp arq ars arw
    ary arz asa ase ast atj avk awa bal ban bar bas bax bbc bbj bej bem bew bez bfd bfq bgc
    bgn bho bik bin bjn bkm bla blo blt bpy bqi bra brh brx bss bua bug bum byn byv cad car
    cay cch ccp ceb cgg chb chg chk chm chn cho chp chr chy cic ckb clc cnr cop cps crg crh
    crj crk crl crm crr crs csb csw dak dar dav del den dgr din dje doi dsb dtp dua dum dyo
    dyu dzg ebu efi egl egy eka elx enm esu ewo ext fan fat fil fit fon frc frm fro frp frr
    frs fur gaa gag gan gay gba gbz gez gil glk gmh goh gon gor got grb grc gsw guc gur guz
    gwi hai hak haw hax hif hil hit hmn hnj hsb hsn hup hur iba ibb ikt ilo inh izh jam jbo
    jgo jmc jpr jrb jut kaa kab kac kaj kam kaw kbd kbl kcg kde kea ken kfo kgp kha kho khq
    khw kiu kkj kln kmb koi kok kos kpe krc kri krj krl kru ksb ksf ksh kum kut kwk kxv lad
    lag lah lam ldn lez lfn lij lil liv lkt lld lmo lol lou loz lrc lsm ltg lua lui lun luo
    lus luy lzh lzz mad maf mag mai mak man mas mde mdf mdr men mer mfe mga mgh mgo mic min
    mnc mni moe moh mos mrj mua mus mwl mwr mwv mye myv mzn nan nap naq nds new nia niu njo
    nmg nnh nog non nov nqo nso nus nwc nym nyn nyo nzi ojb ojc ojs ojw oka osa ota pag pal
    pam pap pau pcd pcm pdc pdt peo pfl phn pis pms pnt pon pqm prg pro quc qug raj rap rar
    rgn rhg rif rof rom rtm rue rug rup rwk sad sah sam saq sas sat saz sba sbp scn sco sdc
    sdh see seh sei sel ses sga sgs shi shn shu sid slh sli sly sma smj smn sms snk sog srn
    srr ssy stq str suk sus sux swb syc syr szl tce tcy tem teo ter tet tgx tht tig tiv tkl
    tkr tlh tli tly tmh tog tok tpi tru trv trw tsd tsi ttm ttt tum tvl twq tyv tzm udm uga
    umb vai vec vep vls vmf vmw vot vro vun wae wal war was wbp wuu xal xmf xnr xog yao yap
    yav ybb yrl yue zap zbl zea zen zgh zun zza"""
# Other codes of ISO 639-2/3 for languages with two letters: RFC 5646 §2.2.1 wants the shortest.
_SHORTER = """
    aar:aa abk:ab adp:dz afr:af aka:ak alb:sq als:sq amh:am ara:ar arb:ar arg:an arm:hy asm:as
    ava:av ave:ae aym:ay ayr:ay aze:az azj:az bak:ba bam:bm baq:eu bel:be ben:bn bis:bi
    bod:bo bos:bs bre:br bul:bg bur:my cat:ca ces:cs cha:ch che:ce chi:zh chu:cu chv:cv
    cls:sa cmn:zh cor:kw cos:co cre:cr cwd:cr cym:cy cze:cs dan:da deu:de div:dv drh:mn
    dut:nl dzo:dz ekk:et ell:el eng:en epo:eo esk:ik est:et eus:eu ewe:ee fao:fo fas:fa
    fij:fj fin:fi fra:fr fre:fr fry:fy fuc:ff ful:ff gaz:om geo:ka ger:de gla:gd gle:ga
    glg:gl glv:gv gre:el grn:gn gug:gn guj:gu hat:ht hau:ha heb:he her:hz hin:hi hmo:ho
    hrv:hr hun:hu hye:hy ibo:ig ice:is ido:io iii:ii ike:iu iku:iu ile:ie ina:ia ind:id
    ipk:ik isl:is ita:it jav:jv jpn:ja kal:kl kan:kn kas:ks kat:ka kau:kr kaz:kk khk:mn
    khm:km kik:ki kin:rw kir:ky kmr:ku knc:kr kng:kg kom:kv kon:kg kor:ko kpv:kv kua:kj
    kur:ku lao:lo lat:la lav:lv lim:li lin:ln lit:lt ltz:lb lub:lu lug:lg lvs:lv mac:mk
    mah:mh mal:ml mao:mi mar:mr may:ms mkd:mk mlg:mg mlt:mt mol:ro mon:mn mri:mi msa:ms
    mya:my nau:na nav:nv nbl:nr nde:nd ndo:ng nep:ne nld:nl nno:nn nob:nb nor:no npi:ne
    nya:ny oci:oc ojg:oj oji:oj ori:or orm:om ory:or oss:os pan:pa pbu:ps per:fa pes:fa
    pli:pi plt:mg pol:pl por:pt prp:gu pus:ps que:qu quz:qu roh:rm ron:ro rum:ro run:rn
    rus:ru sag:sg san:sa scc:sr scr:hr sin:si slk:sk slo:sk slv:sl sme:se smo:sm sna:sn
    snd:sd som:so sot:st spa:es sqi:sq src:sc srd:sc srp:sr ssw:ss sun:su swa:sw swe:sv
    swh:sw tah:ty tam:ta tat:tt tel:te tgk:tg tgl:tl tha:th tib:bo tir:ti ton:to tsn:tn
    tso:ts tuk:tk tur:tr twi:ak uig:ug ukr:uk urd:ur uzb:uz uzn:uz ven:ve vie:vi vol:vo
    wel:cy wln:wa wol:wo xho:xh ydd:yi yid:yi yor:yo zha:za zho:zh zsm:ms zul:zu zyb:za"""
# Codes that were withdrawn, still sent by old systems (Java's among them).
_WITHDRAWN = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro", "sh": "sr"}
_CODES = {
    **{code: code for code in f"{_TWO} {_THREE}".split()},
    **{pair[:3]: pair[4:] for pair in _SHORTER.split()},
    **_WITHDRAWN,
}
MAX_LANGUAGE = 35  # RFC 5646 §4.4.1: room for every sensible tag

MAX_HEADER = 1_000  # browsers send under 100; what is beyond is not read
_MAX_RANGES = 20
_RANGE = re.compile(
    r"\s*(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII,
)


def parse_language(text: str) -> str:
    """Give the one code of a language: two letters where it has them, lower case, no region."""
    primary = text.strip().replace("_", "-").partition("-")[0].lower()
    code = _CODES.get(primary) if len(text) <= MAX_LANGUAGE else None
    if code is None:
        raise LanguageInvalid("A language is an ISO 639 code, such as fr or en")
    return code


def pick_locale(accept_language: str | None, supported: tuple[str, ...]) -> str:
    """Choose among the translations, the first being the one for who asks for nothing we have."""
    return _pick(accept_language[:MAX_HEADER], supported) if accept_language else supported[0]


@lru_cache(maxsize=256)  # a few hundred headers make up all traffic
def _pick(header: str, supported: tuple[str, ...]) -> str:
    # RFC 9110 §12.5.4: weights are 1 unless said, 0 means never. RFC 4647 §3.4 for the look-up.
    wanted: list[tuple[float, str]] = []
    refused: set[str] = set()
    for part in header.split(",")[:_MAX_RANGES]:
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        tag, weight = found[1].lower(), float(found[2] or 1)
        if weight:
            wanted.append((weight, tag))
        else:
            refused.add(tag)
    allowed = [locale for locale in supported if locale.lower() not in refused]
    wanted.sort(key=lambda pair: -pair[0])  # stable: who is first wins among equals
    for _, tag in wanted:
        match = _look_up(tag, allowed)
        if match:
            return match
    return supported[0]


def _look_up(tag: str, supported: list[str]) -> str | None:
    if tag == "*":
        return supported[0] if supported else None
    while tag:
        for locale in supported:
            if locale.lower() == tag:
                return locale
        tag = tag.rpartition("-")[0]
    return None
