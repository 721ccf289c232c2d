import Foundation
import LanguageIdentification
import Statistics
import TestSupport
import Testing

@Suite struct LanguageIdentifierTests {
    @Test(arguments: [
        ("en", "The city has a river, and many people walk along it in the evening."),
        ("de", "Die Stadt hat einen Fluss, und viele Menschen gehen abends an ihm entlang."),
        ("fr", "La ville a une rivière, et beaucoup de gens s'y promènent le soir."),
        ("es", "La ciudad tiene un río, y mucha gente camina por su orilla al atardecer."),
        ("it", "La città ha un fiume e molte persone camminano lungo la riva la sera."),
        ("pt", "A cidade tem um rio, e muitas pessoas caminham junto dele ao anoitecer."),
        ("nl", "De stad heeft een rivier en veel mensen wandelen er 's avonds langs."),
        ("sw", "Mji una mto, na watu wengi hutembea kando yake jioni."),
        ("id", "Kota itu memiliki sungai, dan banyak orang berjalan di tepinya pada sore hari."),
        ("tr", "Şehrin bir nehri var ve akşamları birçok insan kıyısında yürür."),
        ("vi", "Thành phố có một con sông, và nhiều người đi dạo dọc bờ sông vào buổi tối."),
        ("ru", "В городе есть река, и вечером многие люди гуляют вдоль неё."),
        ("uk", "У місті є річка, і ввечері багато людей гуляє вздовж неї."),
        ("ar", "في المدينة نهر يمشي على ضفته كثير من الناس في المساء."),
        ("fa", "شهر رودخانه‌ای دارد و مردم زیادی عصرها کنار آن قدم می‌زنند."),
        ("hi", "शहर में एक नदी है और शाम को बहुत से लोग उसके किनारे टहलते हैं।"),
        ("bn", "শহরে একটি নদী আছে, আর সন্ধ্যায় অনেক মানুষ তার পাশে হাঁটে।"),
        ("zh", "城市里有一条河，傍晚很多人沿着河边散步。"), ("ja", "街には川があり、夕方には多くの人が川沿いを歩きます。"),
        ("ko", "도시에는 강이 있고 저녁이면 많은 사람들이 강을 따라 걷는다."), ("th", "เมืองนี้มีแม่น้ำ และผู้คนมากมายเดินเล่นริมแม่น้ำในตอนเย็น"),
        ("el", "Η πόλη έχει ένα ποτάμι και πολλοί περπατούν δίπλα του το βράδυ."),
        ("ta", "நகரத்தில் ஒரு ஆறு உள்ளது, மாலையில் பலர் அதன் கரையில் நடக்கிறார்கள்."),
    ])
    func languagesAreTold(_ language: String, _ text: String) {
        let identifier = LanguageIdentifier.builtIn
        #expect(identifier.language(of: text) == language)
        #expect(identifier.isIn(language, text) == true)
        #expect(identifier.isIn(language == "en" ? "de" : "en", text) == false)
    }

    @Test func codesWithPartsAreTheirMainPart() {
        #expect(
            mainLanguage("zh-Hans") == "zh" && mainLanguage("pt_BR") == "pt" && mainLanguage("nb") == "no")
        #expect(LanguageIdentifier.builtIn.isIn("zh-cn", "这是一个句子。") == true)
    }

    @Test func whatCannotBeToldIsSaid() {
        let identifier = LanguageIdentifier.builtIn
        #expect(identifier.language(of: "1234 — !?") == nil)
        #expect(identifier.isIn("en", "1234") == false, "an answer without a letter is in no language")
        #expect(identifier.isIn("qu", "Llaqtaqa mayuyuqmi") == nil, "Quechua has no profile")
        #expect(identifier.languages.count == 54)
    }

    @Test func ownLinesMakeProfiles() throws {
        let lines = (0..<20).flatMap { number in
            [
                (language: "aa", text: "tapo miku sela \(number) tapo"),
                (language: "bb", text: "grun stolk wrent \(number) stolk"),
                (language: "cc", text: "это так \(number)"),
            ]
        }
        let own = try #require(LanguageIdentifier(of: lines))
        #expect(own.language(of: "miku tapo") == "aa" && own.language(of: "stolk grun") == "bb")
        #expect(own.language(of: "так") == "cc" && own.language(of: "文字") == "zh")
        let found = own.accuracy(on: lines)
        #expect(found["aa"]?.share == 1 && found["bb"]?.share == 1)
        #expect(LanguageIdentifier(of: [("aa", "tapo")]) == nil)
    }
}
