/// Words that the glossary replaces, in the names of types.
enum Glossary {
    static let instead: [String: String] = [
        "User": "'member'", "Customer": "'member'", "Shopper": "'member'", "Profile": "'member' or 'facts'",
        "Feature": "'facts'", "Features": "'facts'", "Points": "'score'", "Band": "'tier'", "Grade": "'tier'",
        "Campaign": "'playbook'", "Journey": "'playbook'", "Blacklist": "'suppression'", "Whitelist": "'allow'",
        "Dnd": "'quiet hours'", "Throttle": "'frequency cap'", "Job": "'run'", "Queue": "'outbox'",
        "Dead": "'exhausted'", "Manager": "what it does", "Helper": "what it does", "Helpers": "what it does",
        "Util": "what it does", "Utils": "what it does", "Utility": "what it does", "Utilities": "what it does",
        "Common": "what it holds", "Misc": "what it holds", "Base": "what it is",
    ]
}
