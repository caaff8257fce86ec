/// The languages of user-facing text.
package enum Language: String, CaseIterable, Sendable {
    case chinese = "zh"
    case english = "en"
}

/// A text in one or both languages.
package struct LocalizedText: Hashable, Sendable {
    package var chinese: String
    package var english: String

    package init(zh chinese: String, en english: String) {
        self.chinese = chinese
        self.english = english
    }

    /// The same text in both languages.
    package init(_ text: String) { self.init(zh: text, en: text) }

    package func callAsFunction(_ language: Language) -> String {
        switch language {
        case .chinese: chinese
        case .english: english
        }
    }
}
