from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Invoice:
    customer: str
    number: str
    amount: Decimal
    paid: bool = False


def open_totals(customers: Iterable[str], invoices: Iterable[Invoice]) -> dict[str, Decimal]:
    """Sum of unpaid invoices for each known customer; 0 for those who owe nothing."""
    by_customer = dict.fromkeys(customers, [])
    for invoice in invoices:
        if invoice.paid or invoice.customer not in by_customer:
            continue
        by_customer[invoice.customer].append(invoice)
    return {
        name: sum((i.amount for i in found), start=Decimal(0))
        for name, found in by_customer.items()
    }
