"""Where the next facilities go: covering and median models over pairs of candidate and target.

`problem` says what is asked, `model` folds in what stands already, `greedy` answers at once, `lagrange` bounds any answer
and rules candidates out, `programme` lets HiGHS prove the rest; `covering`, `maximal`, `capacitated` and `median` put these
together. Where capacity counts, `flows` says who is served and `flow_search` takes the part of `greedy`.
`exploring` and `effects` say what an answer means, `verify` checks it against the problem alone.
"""
