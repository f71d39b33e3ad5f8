// SPDX-License-Identifier: EUPL-1.2

extension Verifier {
    /// Proves what holds in every workflow: over the workflow whole where that is small, track by track where it is not.
    func prove(_ general: [GeneralProperty], _ work: inout Work) async -> [VerificationReport.Result] {
        var open = general
        var results: [VerificationReport.Result] = []
        if isSlicing, var prover = TrackProver(self, work) {
            if await prover.isLarge() {
                for property in general {
                    guard let verdict = await prover.prove(property) else {
                        progress?("\(property.rawValue) is not settled track by track")
                        continue
                    }
                    results.append(result(property, verdict, prover.work))
                    open.removeAll { $0 == property }
                }
            }
            work = prover.work
        }
        guard !open.isEmpty else { return results }
        let graph = await explore(Cone(of: Cone.Seed(everythingIn: definition), in: definition, chart), [], open)
        work.count(graph)
        let findings = await open.map(atOnce: width) { $0.check(graph) }
        for (property, finding) in zip(open, findings) {
            let verdict: VerificationReport.Verdict
            switch judge(finding, graph, &work) {
            case .settled(let settled): verdict = settled
            case .tooNarrow: verdict = .inconclusive(graph.doubts.sorted())
            }
            var only = Work()
            only.count(graph)
            results.append(result(property, verdict, only))
        }
        return results
    }

    private func result(
        _ property: GeneralProperty, _ verdict: VerificationReport.Verdict, _ work: Work
    ) -> VerificationReport.Result {
        VerificationReport.Result(
            id: property.rawValue, says: property.says, source: nil, verdict: verdict, states: work.states, steps: work.steps,
            regions: nil)
    }
}
