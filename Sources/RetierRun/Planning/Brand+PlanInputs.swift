import RetierBrand
package import RetierCore

extension Brand {
    /// The files of the brand as inputs of a plan.
    package var planInputs: [PlanInput] {
        [
            PlanInput(name: "configuration", digest: digests.configuration, count: 1),
            PlanInput(name: "playbooks", digest: digests.playbooks, count: playbooks.count),
            PlanInput(name: "templates", digest: digests.templates, count: templates.names.count),
        ]
    }
}
