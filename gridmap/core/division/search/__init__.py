"""The search for grids: what is good, trees and how they are cut, and how a division is improved."""
