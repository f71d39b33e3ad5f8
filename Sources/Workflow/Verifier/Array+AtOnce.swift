// SPDX-License-Identifier: EUPL-1.2

extension Array where Element: Sendable {
    /// What becomes of every element, in order, worked out for at most `width` elements at the same time.
    func map<Result: Sendable>(atOnce width: Int, _ transform: @escaping @Sendable (Element) -> Result) async -> [Result] {
        guard width > 1, count > 1 else { return map(transform) }
        return await withTaskGroup(of: (Int, Result).self) { group in
            var results: [Result?] = Array<Result?>(repeating: nil, count: count)
            for (number, element) in enumerated() {
                if number >= width, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (number, transform(element)) }
            }
            for await (done, result) in group { results[done] = result }
            return results.compactMap { $0 }
        }
    }
}
