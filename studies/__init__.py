"""The questions: compare, break-even, forecast, cheapest-that-holds, audit of a document's claims."""
