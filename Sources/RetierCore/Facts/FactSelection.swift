/// Which further facts a run reads, and which orders count at all.
package struct FactSelection: Sendable {
    package var catalogue: FactCatalogue
    /// What conditions, templates, tags, dimensions or a command ask for.
    package var wanted: Set<FactReference>
    /// Orders with one of these statuses count for nothing, as if they had never been placed.
    package var uncountedStatuses: [String]

    package init(
        catalogue: FactCatalogue = .standard, wanted: Set<FactReference> = [], uncountedStatuses: [String] = []
    ) {
        self.catalogue = catalogue
        self.wanted = wanted
        self.uncountedStatuses = uncountedStatuses
    }
}
